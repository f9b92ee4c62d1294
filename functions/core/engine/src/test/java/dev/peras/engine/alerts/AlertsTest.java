package dev.peras.engine.alerts;

import static dev.peras.engine.Samples.NOVEMBER;
import static dev.peras.engine.Samples.NOW;
import static dev.peras.engine.Samples.limits;
import static dev.peras.engine.budgets.Accounting.spent;
import static dev.peras.engine.budgets.Accounting.stored;
import static dev.peras.engine.budgets.Accounting.under;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Call;
import dev.peras.engine.Samples;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Accounting;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertsTest {
  private static final AlertThreshold AT_50 = AlertThreshold.ofAmount(Usd.of("50"));
  private static final AlertThreshold AT_80_PERCENT =
      AlertThreshold.ofPercentage(new BigDecimal("80"));
  private static final Limits LIMITS = limits("100", AT_50, AT_80_PERCENT);

  private static Account open(Limits limits) {
    return stored(Accounting.open(limits));
  }

  private static List<Alert> of(Account before, Account after, String spent) {
    return Alerts.of(before, after, Usd.of(spent), NOW);
  }

  private static List<String> words(List<Alert> alerts) {
    return alerts.stream().map(a -> a.type().wireName() + " " + a.thresholds()).toList();
  }

  @Test
  void several_crossed_at_once_make_one_alert_that_lists_them() {
    Account before = open(LIMITS);
    List<Alert> alerts = of(before, spent(before, "84"), "84");

    assertThat(words(alerts)).containsExactly("customer.threshold_reached [50, 80%]");
    Alert alert = alerts.getFirst();
    assertThat(alert.state()).isEqualTo(Standing.State.ALERTING);
    assertThat(alert.percentage()).isEqualTo(new BigDecimal("84.0"));
    assertThat(alert.remaining()).isEqualTo(Usd.of("16"));
    assertThat(alert.at()).isEqualTo(NOW);
  }

  @Test
  void the_cap_among_them_makes_the_customer_capped() {
    Account before = open(LIMITS);
    List<Alert> alerts = of(before, spent(before, "120"), "120");

    assertThat(words(alerts)).containsExactly("customer.capped [50, 80%, cap]");
    assertThat(alerts.getFirst().remaining()).isEqualTo(Usd.ZERO);
    assertThat(alerts.getFirst().state()).isEqualTo(Standing.State.CAPPED);
  }

  @Test
  void what_stays_as_it_is_alerts_nothing() {
    Account alerting = stored(spent(open(LIMITS), "60"));

    assertThat(of(alerting, spent(alerting, "79.99"), "79.99")).isEmpty();
    assertThat(of(alerting, alerting, "60")).isEmpty();
  }

  @Test
  void a_month_opened_above_a_threshold_alerts_it() {
    Account unopened = Accounting.open(limits("0"));

    assertThat(words(of(unopened, spent(unopened, "0"), "0")))
        .containsExactly("customer.capped [cap]");
    Account fresh = Accounting.open(LIMITS);
    assertThat(of(fresh, fresh, "0")).isEmpty();
  }

  @Test
  void a_recovery_is_one_alert_and_the_next_crossing_has_another_id() {
    Account open = open(limits("100", AT_80_PERCENT));
    Account capped = stored(spent(open, "100"));
    Limits more = limits("1000", AT_80_PERCENT);
    Account raised = stored(under(capped, more));
    Account again = spent(raised, "1000");

    List<Alert> first = of(open, capped, "100");
    List<Alert> recovery = of(capped, raised, "100");
    List<Alert> second = of(raised, again, "1000");

    assertThat(words(recovery)).containsExactly("customer.resolved [80%, cap]");
    assertThat(recovery.getFirst().state()).isEqualTo(Standing.State.OK);
    assertThat(words(first)).isEqualTo(words(second));
    assertThat(words(second)).containsExactly("customer.capped [80%, cap]");
    assertThat(List.of(first.getFirst().id(), recovery.getFirst().id(), second.getFirst().id()))
        .doesNotHaveDuplicates();
  }

  @Test
  void L68_a_threshold_that_is_taken_away_says_nothing_and_has_another_id_when_it_comes_back() {
    Account alerting = stored(spent(open(LIMITS), "60"));
    Account without = stored(under(alerting, limits("100", AT_80_PERCENT)));
    Account back = under(without, LIMITS);

    assertThat(of(alerting, without, "60")).isEmpty();
    List<Alert> crossed = of(without, back, "60");
    assertThat(words(crossed)).containsExactly("customer.threshold_reached [50]");
    assertThat(crossed.getFirst().id())
        .isNotEqualTo(of(open(LIMITS), alerting, "60").getFirst().id());
  }

  @Test
  void limits_that_lower_one_and_raise_another_alert_both() {
    AlertThreshold half = AlertThreshold.ofPercentage(new BigDecimal("50"));
    AlertThreshold at55 = AlertThreshold.ofAmount(Usd.of("55"));
    Account before = stored(spent(open(limits("100", half)), "60"));
    Account after = under(before, limits("150", half, at55));

    assertThat(words(of(before, after, "60")))
        .containsExactly("customer.resolved [50%]", "customer.threshold_reached [55]");
  }

  @Test
  void the_same_crossing_has_the_same_id_whenever_it_is_computed() {
    Account before = open(LIMITS);
    Account after = spent(before, "60");

    assertThat(Alerts.of(before, after, Usd.of("60"), NOW.plusSeconds(1)).getFirst().id())
        .isEqualTo(of(before, after, "60").getFirst().id());
    Account other = stored(Account.open(AccountKey.ofMonth("other", NOVEMBER), LIMITS));
    Account december =
        stored(Account.open(AccountKey.ofMonth("acme", NOVEMBER.plusMonths(1)), LIMITS));
    assertThat(of(other, spent(other, "60"), "60").getFirst().id())
        .isNotEqualTo(of(december, spent(december, "60"), "60").getFirst().id());
  }

  @Test
  void a_session_alerts_once_that_it_has_passed_its_budget() {
    Session session = Samples.sessionWithBudget("1");
    Session full = Samples.record(session, Call.named("a").cost("1")).session();
    Session over = Samples.record(full, Call.named("b").cost("0.5")).session();
    Session more = Samples.record(over, Call.named("c").cost("0.4")).session();

    assertThat(Alerts.of(session, full, true, NOW)).isEmpty();
    List<Alert> alerts = Alerts.of(full, over, true, NOW);
    assertThat(words(alerts)).containsExactly("session.budget_exceeded [budget]");
    assertThat(alerts.getFirst().spent()).isEqualTo(Usd.of("1.5"));
    assertThat(alerts.getFirst().cap()).isEqualTo(Usd.of("1"));
    assertThat(alerts.getFirst().sessionId()).isEqualTo("s");
    assertThat(Alerts.of(over, more, true, NOW)).isEmpty();
  }

  @Test
  void what_detectors_notice_first_is_alerted_only_where_that_is_wanted() {
    Session session = Samples.session();
    Session before = session;
    for (int i = 0; i < 2; i++) {
      before = loop(before, "a" + i);
    }
    Session after = before;
    while (after.warnings().isEmpty()) {
      before = after;
      after = loop(after, "b" + after.steps());
    }
    assertThat(Alerts.of(before, after, false, NOW)).isEmpty();
    List<Alert> alerts = Alerts.of(before, after, true, NOW);
    assertThat(words(alerts)).containsExactly("session.warning [retry_loop]");
    assertThat(alerts.getFirst().message()).isEqualTo("retry_loop at step " + after.steps());
    assertThat(Alerts.of(after, loop(after, "c"), true, NOW)).isEmpty();
  }

  private static Session loop(Session session, String id) {
    return Samples.record(session, Call.named(id).prompt("again").result("same")).session();
  }
}
