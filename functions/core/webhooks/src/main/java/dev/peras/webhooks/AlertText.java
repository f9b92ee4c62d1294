package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text of alerts for people, plain; each format escapes it as its tool requires. */
final class AlertText {
  /** How many alerts a digest lists before it only counts the rest. */
  static final int MOST_IN_DIGEST = 20;

  private static final int BAR_CELLS = 20;
  private static final int PERCENT_PER_CELL = 100 / BAR_CELLS;
  private static final int MOST_NAMES = 3;

  /** So that two names and what happened fit into a header of Slack, which takes 150 characters. */
  private static final int MAX_NAME = 48;

  private static final int KEPT_END = 12;
  private static final Pattern AMOUNT = Pattern.compile("[0-9]+(\\.[0-9]+)?");
  private static final Pattern LINK =
      Pattern.compile("://|@|mailto:|[\\p{L}\\p{N}-]+\\.[\\p{L}]{2,}");
  private static final BigDecimal CENT = new BigDecimal("0.01");

  private AlertText() {}

  static boolean isAboutSession(AlertType type) {
    return type.wireName().startsWith("session.");
  }

  /** Who, and what happened, whole however long the names are. */
  static String title(Alert alert) {
    String who = name(alert.customerId());
    String session = "%s, session %s".formatted(who, name(String.valueOf(alert.sessionId())));
    return switch (alert.type()) {
      case THRESHOLD_REACHED -> "%s reached %s".formatted(who, thresholds(alert));
      case CAPPED -> "%s is at its cap".formatted(who);
      case BLOCKED -> "%s is blocked: its cap has refused a call".formatted(who);
      case RESOLVED ->
          alert.state() == Standing.State.OK
              ? "%s is below its thresholds again".formatted(who)
              : "%s is below %s again".formatted(who, thresholds(alert));
      case WINDOW_ENDED -> "%s: %s has ended".formatted(who, alert.period());
      case BUDGET_EXCEEDED -> "%s: over budget".formatted(session);
      case SESSION_THRESHOLD_REACHED ->
          "%s: reached %s of its budget".formatted(session, thresholds(alert));
      case SESSION_BLOCKED -> "%s is blocked: its budget has refused a call".formatted(session);
      case SESSION_WARNING -> "%s: warning".formatted(session);
      case SESSION_RESOLVED -> "%s has ended".formatted(session);
      case WEBHOOK_TEST -> "Test of this webhook";
    };
  }

  private static String thresholds(Alert alert) {
    List<String> labels = alert.thresholds().stream().map(AlertText::label).toList();
    if (labels.isEmpty()) {
      return "a threshold";
    }
    return labels.size() <= MOST_NAMES
        ? String.join(" and ", labels)
        : "%d thresholds".formatted(labels.size());
  }

  /** An amount carries its currency. */
  private static String label(String label) {
    return AMOUNT.matcher(label).matches() ? "$" + label : unlinked(label);
  }

  /** A name short enough for a title, its end kept, and never a link. */
  static String name(String name) {
    String cut =
        name.length() <= MAX_NAME
            ? name
            : name.substring(0, MAX_NAME - KEPT_END - 1)
                + "…"
                + name.substring(name.length() - KEPT_END);
    return unlinked(cut);
  }

  /**
   * A name that a chat does not make a link of: one that looks like an address has a space of no
   * width after each of the dots, colons and at signs that make it one.
   */
  static String unlinked(String name) {
    return LINK.matcher(name).find() ? name.replaceAll("([.:@])", "$1\u200B") : name;
  }

  /** Such as {@code ████████████████░░░░ 84.2%}: full only from 100 on; null without a cap. */
  static @Nullable String bar(Alert alert) {
    BigDecimal percentage = alert.percentage();
    if (percentage == null) {
      return null;
    }
    int full =
        percentage
            .divide(BigDecimal.valueOf(PERCENT_PER_CELL), 0, RoundingMode.DOWN)
            .max(BigDecimal.ZERO)
            .min(BigDecimal.valueOf(BAR_CELLS))
            .intValue();
    return "█".repeat(full)
        + "░".repeat(BAR_CELLS - full)
        + " %s%%".formatted(percentage.toPlainString());
  }

  /** Such as {@code $168.40 of $200.00 in 2026-11}. */
  static String spent(Alert alert) {
    Usd cap = alert.cap();
    String of = cap == null ? "" : " of " + dollars(cap);
    String in = isAboutSession(alert.type()) ? "" : " in " + alert.period();
    return dollars(alert.spent()) + of + in;
  }

  /** A label and its value. */
  record Fact(String label, String value) {}

  static List<Fact> facts(AlertReport report) {
    List<Fact> facts = new ArrayList<>();
    Usd remaining = report.alert().remaining();
    if (remaining != null) {
      facts.add(new Fact("Remaining", dollars(remaining)));
    }
    if (report.projected() != null) {
      facts.add(new Fact("Projected", dollars(report.projected())));
    }
    return facts;
  }

  /** The lines of an alert beyond its figures. */
  static List<Fact> details(AlertReport report) {
    List<Fact> details = new ArrayList<>();
    if (report.alert().message() != null) {
      details.add(new Fact("Noticed", report.alert().message()));
    }
    if (!report.topModels().isEmpty()) {
      details.add(new Fact("Top models", costs(report.topModels())));
    }
    if (!report.topSessions().isEmpty()) {
      details.add(new Fact("Top sessions", costs(report.topSessions())));
    }
    return details;
  }

  private static String costs(List<AlertReport.Cost> costs) {
    return costs.stream()
        .limit(MOST_NAMES)
        .map(cost -> unlinked(cost.name()) + " " + dollars(cost.cost()))
        .collect(joining(", "));
  }

  /** For the eye, to the cent, rounded down: what is not yet spent is not told as spent. */
  static String dollars(Usd amount) {
    BigDecimal size = amount.value().abs();
    if (size.signum() > 0 && size.compareTo(CENT) < 0) {
      return "under $0.01";
    }
    String sign = amount.isNegative() ? "-" : "";
    return sign + "$" + size.setScale(2, RoundingMode.DOWN).toPlainString();
  }

  /** A link to the session or to the customer's report; null without a base. */
  static @Nullable String link(@Nullable URI base, Alert alert) {
    if (base == null || alert.type() == AlertType.WEBHOOK_TEST) {
      return null;
    }
    String path =
        alert.sessionId() == null
            ? "/v1/customers/%s/report?period=%s"
                .formatted(segment(alert.customerId()), alert.period())
            : "/v1/sessions/%s".formatted(segment(alert.sessionId()));
    return base.toString().replaceAll("/+$", "") + path;
  }

  private static String segment(String id) {
    return URLEncoder.encode(id, UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
