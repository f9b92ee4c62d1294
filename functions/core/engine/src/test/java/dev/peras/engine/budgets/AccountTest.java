package dev.peras.engine.budgets;

import static dev.peras.engine.Samples.NOVEMBER;
import static dev.peras.engine.Samples.limits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final AlertThreshold AT_20 = AlertThreshold.ofAmount(Usd.of("20.0"));
  private static final AlertThreshold AT_80_PERCENT =
      AlertThreshold.ofPercentage(new BigDecimal("80.0"));

  private static Account open(Limits limits) {
    return Account.open("acme", NOVEMBER, limits);
  }

  private static Account claimed(Account account, String delta) {
    return account.plus(Account.Change.ofClaim(Usd.of(delta)));
  }

  @Test
  void thresholds_are_amounts_and_percentages_and_the_cap_by_rising_amount() {
    Account account = open(limits("100", AT_80_PERCENT, AT_20));

    assertThat(account.thresholds())
        .extracting(Threshold::label, Threshold::amount)
        .containsExactly(
            tuple("20", Usd.of("20")), tuple("80%", Usd.of("80")), tuple("cap", Usd.of("100")));
    assertThat(account.standing()).isEqualTo(Standing.OK);
  }

  @Test
  void without_a_cap_there_are_amounts_only() {
    assertThat(open(limits(null, AT_80_PERCENT, AT_20)).thresholds())
        .extracting(Threshold::label)
        .containsExactly("20");
  }

  @Test
  void a_percentage_is_exact() {
    AlertThreshold third = AlertThreshold.ofPercentage(new BigDecimal("33.333"));

    assertThat(third.amount(Usd.of("0.000000000007"))).isEqualTo(Usd.of("0.00000000000233331"));
  }

  @Test
  void room_is_what_the_lowest_open_threshold_leaves() {
    Account account = open(limits("100", AT_20, AT_80_PERCENT));

    assertThat(account.room()).isEqualTo(Usd.of("20"));
    account = claimed(account, "19.99");
    assertThat(account.room()).isEqualTo(Usd.of("0.01"));
    account = claimed(account, "5").judged(Usd.of("24.99"));
    assertThat(account.room()).isEqualTo(Usd.of("55.01"));
    account = claimed(account, "60").judged(Usd.of("84.99"));
    assertThat(account.room()).isEqualTo(Usd.of("15.01"));
  }

  @Test
  void room_counts_what_is_claimed_and_not_only_what_is_spent() {
    assertThat(claimed(open(limits("100", AT_20)), "30").judged(Usd.of("1")).room())
        .isEqualTo(Usd.of("-10"));
  }

  @Test
  void past_its_last_threshold_a_month_has_room_without_end() {
    Account capped = claimed(open(limits("100", false)), "100").judged(Usd.of("100"));

    assertThat(capped.room()).isEqualTo(Account.NO_LIMIT.minus(Usd.of("100")));
    assertThat(open(limits(null)).room()).isEqualTo(Account.NO_LIMIT);
  }

  @Test
  void a_threshold_is_reached_at_its_amount_and_not_a_tick_before() {
    Account account = open(limits("100", AT_20));

    assertThat(account.judged(Usd.of("19.99999999999999999999")).standing()).isEqualTo(Standing.OK);
    assertThat(account.judged(Usd.of("20")).standing().state()).isEqualTo(Standing.State.ALERTING);
    assertThat(account.judged(Usd.of("99.999999999999")).standing().state())
        .isEqualTo(Standing.State.ALERTING);
    assertThat(account.judged(Usd.of("100")).standing())
        .isEqualTo(new Standing(Standing.State.CAPPED, true));
  }

  @Test
  void one_step_may_cross_several_thresholds() {
    assertThat(open(limits("100", AT_20, AT_80_PERCENT)).judged(Usd.of("500")).thresholds())
        .extracting(Threshold::alerting)
        .containsExactly(true, true, true);
  }

  @Test
  void a_cap_that_only_alerts_does_not_block() {
    Account account = open(limits("100", false)).judged(Usd.of("100"));

    assertThat(account.standing()).isEqualTo(new Standing(Standing.State.CAPPED, false));
    assertThat(account.ceiling()).isNull();
    assertThat(open(limits("100")).ceiling()).isEqualTo(Usd.of("100"));
  }

  @Test
  void a_cap_of_zero_blocks_before_anything_is_spent() {
    Account account = open(limits("0", AT_80_PERCENT));

    assertThat(account.standing()).isEqualTo(new Standing(Standing.State.CAPPED, true));
    assertThat(account.cap()).isEqualTo(Usd.ZERO);
  }

  @Test
  void L24_judging_the_same_spend_again_is_no_further_crossing() {
    Account once = open(limits("100", AT_20)).judged(Usd.of("25"));
    Account twice = once.judged(Usd.of("25")).judged(Usd.of("26"));

    assertThat(twice.thresholds()).isEqualTo(once.thresholds());
    assertThat(twice.thresholds().getFirst().crossings()).isEqualTo(1);
    assertThat(twice.epoch()).isEqualTo(once.epoch());
  }

  @Test
  void the_epoch_grows_when_a_threshold_is_crossed() {
    Account account = open(limits("100", AT_20));

    assertThat(account.judged(Usd.of("19")).epoch()).isEqualTo(account.epoch());
    assertThat(account.judged(Usd.of("20")).epoch()).isEqualTo(account.epoch() + 1);
    assertThat(claimed(account, "5").epoch()).isEqualTo(account.epoch());
  }

  @Test
  void L25_a_raised_cap_resolves_and_can_be_crossed_again() {
    Usd spent = Usd.of("100");
    Account capped = open(limits("100", AT_80_PERCENT)).judged(spent);

    Account raised = capped.withLimits(limits("200", AT_80_PERCENT), Usd.ZERO, spent);
    assertThat(raised.standing()).isEqualTo(Standing.OK);
    assertThat(raised.thresholds())
        .extracting(Threshold::label, Threshold::alerting, Threshold::crossings)
        .containsExactly(tuple("80%", false, 1), tuple("cap", false, 1));

    Account again = raised.judged(Usd.of("200"));
    assertThat(again.thresholds())
        .extracting(Threshold::alerting, Threshold::crossings)
        .containsExactly(tuple(true, 2), tuple(true, 2));
    assertThat(again.epoch()).isGreaterThan(raised.epoch());
  }

  @Test
  void a_lowered_cap_is_crossed_at_once() {
    Usd spent = Usd.of("50");

    Account lowered = open(limits("100")).judged(spent).withLimits(limits("40"), Usd.ZERO, spent);

    assertThat(lowered.standing().blocked()).isTrue();
  }

  @Test
  void limits_that_are_set_again_as_they_were_cross_nothing_again() {
    Usd spent = Usd.of("100");
    Account capped = open(limits("100", AT_20)).judged(spent);

    assertThat(capped.withLimits(limits("100", AT_20), Usd.ZERO, spent).thresholds())
        .isEqualTo(capped.thresholds());
  }

  @Test
  void a_top_up_raises_the_cap_and_its_percentages_but_no_amounts() {
    Account topped =
        open(limits("100")).withLimits(limits("100", AT_20, AT_80_PERCENT), Usd.of("50"), Usd.ZERO);

    assertThat(topped.cap()).isEqualTo(Usd.of("150"));
    assertThat(topped.topUps()).isEqualTo(Usd.of("50"));
    assertThat(topped.thresholds())
        .extracting(Threshold::amount)
        .containsExactly(Usd.of("20"), Usd.of("120"), Usd.of("150"));
  }

  @Test
  void a_removed_cap_unblocks() {
    Usd spent = Usd.of("100");

    Account free = open(limits("100")).judged(spent).withLimits(limits(null), Usd.ZERO, spent);

    assertThat(free.standing()).isEqualTo(Standing.OK);
    assertThat(free.cap()).isNull();
  }

  @Test
  void L21_a_new_limit_is_judged_by_this_months_spend_alone() {
    Account fresh = open(limits(null)).withLimits(limits("100"), Usd.ZERO, Usd.ZERO);

    assertThat(fresh.standing()).isEqualTo(Standing.OK);
    assertThat(fresh.room()).isEqualTo(Usd.of("100"));
  }

  @Test
  void changes_add_up_in_any_order() {
    Account.Change start = Account.Change.NONE.plusOpenSession();
    Account.Change claim = Account.Change.ofClaim(Usd.of("5"));
    Account.Change end = new Account.Change(Usd.of("-2"), Usd.of("3"), -1, 1);
    Account account = open(limits("100"));

    Account one = account.plus(start).plus(claim).plus(end);

    assertThat(account.plus(end).plus(start).plus(claim)).isEqualTo(one);
    assertThat(one.claimed()).isEqualTo(Usd.of("3"));
    assertThat(one.settled()).isEqualTo(Usd.of("3"));
    assertThat(one.openSessions()).isZero();
    assertThat(one.endedSessions()).isEqualTo(1);
  }
}
