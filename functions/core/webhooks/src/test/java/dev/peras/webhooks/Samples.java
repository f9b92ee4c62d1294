package dev.peras.webhooks;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertReport.Cost;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.net.URI;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Alerts and targets for tests. */
final class Samples {
  static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");
  static final YearMonth PERIOD = YearMonth.of(2026, 11);
  static final URI LINK = URI.create("https://peras.example/");
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static final String ROUTING_KEY = "R0123456789ABCDEFGHIJKLMNOPQRSTU";

  private Samples() {}

  static Destination target(Format format) {
    return switch (format) {
      case STANDARD ->
          new Destination(URI.create("https://hooks.example.com"), format, List.of(SECRET), LINK);
      case SLACK ->
          new Destination(
              URI.create("https://hooks.slack.com/services/T0/B0/x"), format, List.of(), LINK);
      case TEAMS ->
          new Destination(URI.create("https://prod.logic.azure.com/x"), format, List.of(), LINK);
      case PAGERDUTY ->
          new Destination(Destination.PAGERDUTY_URL, format, List.of(ROUTING_KEY), LINK);
    };
  }

  static AlertReport reached() {
    return report(alert(AlertType.THRESHOLD_REACHED, Standing.State.ALERTING, "80%"));
  }

  static AlertReport capped() {
    return report(alert(AlertType.CAPPED, Standing.State.CAPPED, "90%", "cap"));
  }

  static AlertReport resolved(Standing.State state) {
    return report(alert(AlertType.RESOLVED, state, "80%"));
  }

  static AlertReport test() {
    return report(alert(AlertType.WEBHOOK_TEST, Standing.State.OK));
  }

  static Alert alert(AlertType type, Standing.State state, String... thresholds) {
    return alert("acme", type, state, Usd.of("168.40"), Usd.of("200.00"), thresholds);
  }

  static Alert alert(
      String customer,
      AlertType type,
      Standing.State state,
      Usd spent,
      @Nullable Usd cap,
      String... thresholds) {
    Alert.Head head = new Alert.Head("alert-1", type, AT, customer, PERIOD);
    return type == AlertType.WEBHOOK_TEST
        ? new Alert.Test(head, state, List.of(thresholds), spent, cap)
        : new Alert.OfMonth(head, state, List.of(thresholds), spent, cap);
  }

  static AlertReport session(AlertType type, Standing.State state, @Nullable String message) {
    Alert alert =
        new Alert.OfSession(
            new Alert.Head("alert-2", type, AT, "acme", PERIOD),
            state,
            List.of(Alert.BUDGET),
            Usd.of("5.25"),
            Usd.of("5"),
            "session-7",
            message);
    return new AlertReport(
        alert, 4, null, List.of(new Cost("claude-sonnet-4-5", Usd.of("5.25"))), List.of());
  }

  static AlertReport report(Alert alert) {
    return new AlertReport(
        alert,
        3,
        Usd.of("214.30"),
        List.of(
            new Cost("claude-sonnet-4-5", Usd.of("150.000000")),
            new Cost("gpt-5-mini", Usd.of("18.40"))),
        List.of(
            new Cost("session-7", Usd.of("61.000826028")), new Cost("session-9", Usd.of("8.5"))));
  }
}
