package dev.peras.engine.budgets;

import static dev.peras.engine.Samples.limits;
import static dev.peras.engine.budgets.Accounting.looseClaim;
import static dev.peras.engine.budgets.Accounting.open;
import static dev.peras.engine.budgets.Accounting.spent;
import static dev.peras.engine.budgets.Accounting.under;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final AlertThreshold AT_20 = AlertThreshold.ofAmount(Usd.of("20.0"));
  private static final AlertThreshold AT_80_PERCENT =
      AlertThreshold.ofPercentage(new BigDecimal("80.0"));

  private static Usd usd(String amount) {
    return Usd.of(amount);
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
  void room_is_what_the_lowest_threshold_that_is_not_reached_leaves() {
    Account account = open(limits("100", AT_20, AT_80_PERCENT));

    assertThat(account.room()).isEqualTo(usd("20"));
    assertThat(spent(account, "19.99").room()).isEqualTo(usd("0.01"));
    assertThat(spent(account, "24.99").room()).isEqualTo(usd("55.01"));
    assertThat(spent(account, "84.99").room()).isEqualTo(usd("15.01"));
  }

  @Test
  void room_counts_what_is_claimed_and_not_only_what_is_spent() {
    assertThat(open(limits("100", AT_20)).plus(looseClaim("15")).room()).isEqualTo(usd("5"));
  }

  @Test
  void holds_narrow_the_room_below_a_cap_that_blocks_and_below_no_threshold() {
    Account account = open(limits("100", AT_80_PERCENT)).plus(Figures.ofHold(usd("70")));

    assertThat(account.room()).isEqualTo(usd("30"));
    assertThat(open(limits("100", false)).plus(Figures.ofHold(usd("70"))).room())
        .isEqualTo(usd("100"));
  }

  @Test
  void past_its_last_threshold_a_month_has_room_without_end() {
    assertThat(spent(open(limits("100", false)), "100").room()).isNull();
    assertThat(open(limits(null)).room()).isNull();
    assertThat(open(limits(null)).hasRoom()).isTrue();
  }

  @Test
  void a_threshold_is_reached_at_its_amount_and_not_a_tick_before() {
    Account account = open(limits("100", AT_20));

    assertThat(spent(account, "19.99999999999999999999").standing()).isEqualTo(Standing.OK);
    assertThat(spent(account, "20").standing().state()).isEqualTo(Standing.State.ALERTING);
    assertThat(spent(account, "99.999999999999").standing().state())
        .isEqualTo(Standing.State.ALERTING);
    assertThat(spent(account, "100").standing())
        .isEqualTo(new Standing(Standing.State.CAPPED, true));
  }

  @Test
  void one_step_may_cross_several_thresholds() {
    assertThat(spent(open(limits("100", AT_20, AT_80_PERCENT)), "500").thresholds())
        .extracting(Threshold::alerting)
        .containsExactly(true, true, true);
  }

  @Test
  void a_cap_that_only_alerts_does_not_block() {
    Account account = spent(open(limits("100", false)), "100");

    assertThat(account.standing()).isEqualTo(new Standing(Standing.State.CAPPED, false));
    assertThat(account.ceiling()).isNull();
    assertThat(open(limits("100")).ceiling()).isEqualTo(Usd.of("100"));
  }

  @Test
  void a_cap_of_zero_blocks_before_anything_is_spent() {
    Account account = spent(open(limits("0", AT_80_PERCENT)), "0");

    assertThat(account.standing()).isEqualTo(new Standing(Standing.State.CAPPED, true));
    assertThat(account.cap()).isEqualTo(Usd.ZERO);
  }

  @Test
  void L24_judging_the_same_spend_again_is_no_further_crossing() {
    Account once = spent(open(limits("100", AT_20)), "25");
    Account twice = spent(spent(once, "25"), "26");

    assertThat(twice.thresholds()).isEqualTo(once.thresholds());
    assertThat(twice.thresholds().getFirst().crossing()).isEqualTo(1);
    assertThat(twice.state().epoch()).isEqualTo(once.state().epoch());
  }

  @Test
  void the_epoch_grows_when_a_threshold_is_crossed() {
    Account account = open(limits("100", AT_20));
    long epoch = account.state().epoch();

    assertThat(spent(account, "19").state().epoch()).isEqualTo(epoch);
    assertThat(spent(account, "20").state().epoch()).isEqualTo(epoch + 1);
    assertThat(account.plus(looseClaim("5")).state().epoch()).isEqualTo(epoch);
  }

  @Test
  void L25_a_raised_cap_resolves_and_can_be_crossed_again() {
    Account capped = spent(open(limits("100", AT_80_PERCENT)), "100");

    Account raised = under(capped, limits("200", AT_80_PERCENT));
    assertThat(raised.standing()).isEqualTo(Standing.OK);
    assertThat(raised.thresholds())
        .extracting(Threshold::label, Threshold::alerting, Threshold::crossing)
        .containsExactly(tuple("80%", false, 1), tuple("cap", false, 1));

    Account again = spent(raised, "200");
    assertThat(again.thresholds())
        .extracting(Threshold::alerting, Threshold::crossing)
        .containsExactly(tuple(true, 2), tuple(true, 2));
    assertThat(again.state().epoch()).isGreaterThan(raised.state().epoch());
  }

  @Test
  void L81_a_threshold_that_goes_leaves_one_number_and_no_entry() {
    Account account = open(limits("100", AT_20));
    for (int i = 0; i < 10; i++) {
      AlertThreshold other = AlertThreshold.ofAmount(Usd.of("1" + i));
      account = spent(under(account, limits("100", other)), "2" + i);
    }

    assertThat(account.thresholds()).hasSize(2);
    assertThat(account.state().crossings()).isEqualTo(10);
    assertThat(account.thresholds().getFirst().crossing()).isEqualTo(10);
  }

  @Test
  void a_lowered_cap_is_crossed_at_once() {
    Account lowered = under(spent(open(limits("100")), "50"), limits("40"));

    assertThat(lowered.standing().blocked()).isTrue();
  }

  @Test
  void limits_that_are_set_again_as_they_were_cross_nothing_again() {
    Account capped = spent(open(limits("100", AT_20)), "100");

    assertThat(under(capped, limits("100", AT_20)).thresholds()).isEqualTo(capped.thresholds());
  }

  @Test
  void a_top_up_raises_the_cap_and_its_percentages_but_no_amounts() {
    Account topped = under(open(limits("100")), limits("100", AT_20, AT_80_PERCENT), usd("50"));

    assertThat(topped.cap()).isEqualTo(usd("150"));
    assertThat(topped.terms().topUps()).isEqualTo(usd("50"));
    assertThat(topped.thresholds())
        .extracting(Threshold::amount)
        .containsExactly(usd("20"), usd("120"), usd("150"));
  }

  @Test
  void a_removed_cap_unblocks() {
    Account free = under(spent(open(limits("100")), "100"), limits(null));

    assertThat(free.standing()).isEqualTo(Standing.OK);
    assertThat(free.cap()).isNull();
  }

  @Test
  void L21_a_new_limit_is_judged_by_this_months_spend_alone() {
    Account fresh = under(open(limits(null)), limits("100"));

    assertThat(fresh.standing()).isEqualTo(Standing.OK);
    assertThat(fresh.room()).isEqualTo(usd("100"));
  }

  @Test
  void other_limits_forget_that_somebody_was_refused() {
    Account account = open(limits("100"));
    Account blocked = Judgement.blockedByState(account).after();

    assertThat(blocked.state().blocked()).isTrue();
    assertThat(spent(blocked, "100").state().blocked()).isTrue();
    assertThat(under(blocked, limits("200")).state().blocked()).isFalse();
  }

  @Test
  void changes_add_up_in_any_order() {
    Figures start = Figures.ofOpenedSession();
    Figures claim = looseClaim("5");
    Figures end =
        new Figures(usd("3"), usd("-2"), usd("-2"), -1, Usd.ZERO, 0, 0)
            .plus(Figures.ofEndedSession(usd("3")));
    Figures one = start.plus(claim).plus(end);

    assertThat(end.plus(start).plus(claim)).isEqualTo(one);
    assertThat(one).isEqualTo(new Figures(usd("3"), usd("3"), usd("3"), 0, usd("3"), 0, 1));
  }
}
