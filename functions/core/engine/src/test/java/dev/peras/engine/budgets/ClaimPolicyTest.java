package dev.peras.engine.budgets;

import static dev.peras.engine.Samples.limits;
import static dev.peras.engine.budgets.Accounting.exactSpend;
import static dev.peras.engine.budgets.Accounting.looseClaim;
import static dev.peras.engine.budgets.Accounting.open;
import static dev.peras.engine.budgets.Accounting.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Seed;
import dev.peras.engine.money.Usd;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How claims follow, and that whatever is decided proves what it says. */
class ClaimPolicyTest {
  private static final ClaimPolicy AHEAD = new ClaimPolicy(true);
  private static final ClaimPolicy EXACT = new ClaimPolicy(false);
  private static final AlertThreshold AT_50 = AlertThreshold.ofAmount(Usd.of("50"));
  private static final List<ClaimPolicy.Kind> KINDS =
      List.copyOf(EnumSet.allOf(ClaimPolicy.Kind.class));

  private static Usd usd(String amount) {
    return Usd.of(amount);
  }

  private static ClaimPolicy.Wish step(Claim claim, String spent, long steps) {
    return wish(claim, spent, "0", steps, ClaimPolicy.Kind.STEP, false);
  }

  private static ClaimPolicy.Wish wish(
      Claim claim,
      String spent,
      String held,
      long steps,
      ClaimPolicy.Kind kind,
      boolean hasPulled) {
    Usd newHold = kind == ClaimPolicy.Kind.HOLD ? usd(held) : Usd.ZERO;
    return new ClaimPolicy.Wish(
        claim, usd(spent), usd(held), newHold, steps, kind, Figures.NONE, hasPulled);
  }

  private static ClaimPolicy.Decision.Move move(Account account, ClaimPolicy.Wish wish) {
    return (ClaimPolicy.Decision.Move) AHEAD.decide(account, wish);
  }

  @Test
  void a_first_step_claims_eight_more_and_a_session_later_what_it_has_spent() {
    Account account = stored(open(limits(null)));

    assertThat(move(account, step(Claim.NONE, "1", 1)).claim())
        .isEqualTo(new Claim(usd("9"), usd("1"), true, null));
    Claim claim = new Claim(usd("99"), usd("50"), true, null);
    assertThat(move(account, step(claim, "100", 100)).claim().claimed()).isEqualTo(usd("200"));
  }

  @Test
  void account_writes_grow_like_the_logarithm_of_the_steps() {
    Account account = stored(open(limits("1000000")));
    List<Integer> writes = new ArrayList<>();
    Claim claim = Claim.NONE;
    int count = 0;
    for (int step = 1; step <= 10_000; step++) {
      if (!claim.covers(usd("" + step), Usd.ZERO)) {
        ClaimPolicy.Decision.Move move = move(account, step(claim, "" + step, step));
        claim = move.claim();
        account = move.write().after();
        count++;
      }
      if (List.of(10, 100, 1_000, 10_000).contains(step)) {
        writes.add(count);
      }
    }
    assertThat(writes).containsExactly(2, 5, 8, 11);
  }

  @Test
  void a_claim_is_no_more_than_a_fair_part_of_the_room() {
    Account account = stored(open(limits("100", AT_50)));

    // 40 is left below 50 after this step, for one share and whoever comes next.
    assertThat(move(account, step(Claim.NONE, "10", 1)).claim().claimed()).isEqualTo(usd("30"));
    Account shared = account.plus(looseClaim("5")).plus(looseClaim("5"));
    assertThat(move(shared, wish(Claim.NONE, "4", "0", 1, ClaimPolicy.Kind.STEP, true)).claim())
        .isEqualTo(new Claim(usd("4"), usd("4"), false, null));
  }

  @Test
  void where_a_claim_is_not_worth_it_others_give_back_first_and_then_the_account_is_tight() {
    Account account = stored(open(limits("100", AT_50))).plus(looseClaim("44"));
    ClaimPolicy.Wish wish = step(Claim.NONE, "1", 1);

    assertThat(AHEAD.decide(account, wish)).isEqualTo(new ClaimPolicy.Decision.Pull(false));
    ClaimPolicy.Wish again = wish(Claim.NONE, "3", "0", 1, ClaimPolicy.Kind.STEP, true);
    ClaimPolicy.Decision.Move exact = move(account, again);
    assertThat(exact.claim().loose()).isFalse();
    assertThat(exact.write().after().state().tight()).isTrue();
  }

  @Test
  void a_tight_account_takes_claims_again_once_there_is_much_more_room() {
    Account tight = stored(open(limits("100"))).with(tight());

    assertThat(move(tight, step(Claim.NONE, "3", 1)).write().after().state().tight()).isTrue();
    assertThat(move(tight, step(Claim.NONE, "1", 1)).write().after().state().tight()).isFalse();
  }

  private static Account.State tight() {
    return stored(open(limits("100"))).state().withTight(true);
  }

  @Test
  void a_share_that_is_one_too_many_stays_exact() {
    Account account = stored(open(limits(null)));
    Figures others = new Figures(Usd.ZERO, Usd.ZERO, Usd.ZERO, 4_800, Usd.ZERO, 4_800, 0);
    Account full = account.plus(others);

    assertThat(AHEAD.decide(full, step(Claim.NONE, "1", 1)))
        .isEqualTo(new ClaimPolicy.Decision.Pull(false));
    assertThat(
            move(full, wish(Claim.NONE, "1", "0", 1, ClaimPolicy.Kind.STEP, true)).claim().loose())
        .isFalse();
  }

  @Test
  void without_claims_ahead_a_claim_is_what_is_spent_and_held() {
    Account account = stored(open(limits("100")));
    ClaimPolicy.Decision.Move move =
        (ClaimPolicy.Decision.Move)
            EXACT.decide(account, wish(Claim.NONE, "3", "2", 1, ClaimPolicy.Kind.STEP, false));

    assertThat(move.claim()).isEqualTo(new Claim(usd("5"), usd("3"), false, null));
    assertThat(move.write().change())
        .isEqualTo(new Figures(usd("3"), usd("3"), usd("5"), 0, Usd.ZERO, 0, 0));
  }

  @Test
  void a_hold_is_refused_by_the_cap_only_while_nothing_is_loose() {
    Account account = stored(open(limits("10"))).plus(exactSpend("4"));
    ClaimPolicy.Wish seven = wish(Claim.NONE, "0", "7", 0, ClaimPolicy.Kind.HOLD, true);

    ClaimPolicy.Decision.Full full = (ClaimPolicy.Decision.Full) AHEAD.decide(account, seven);
    assertThat(full.without().spent()).isEqualTo(usd("4"));
    assertThat(full.without().heldExactly()).isEqualTo(Usd.ZERO);
    assertThat(full.refusal().requirement().isMetBy(account)).isTrue();
    assertThat(AHEAD.decide(account.plus(looseClaim("3")), seven))
        .isEqualTo(new ClaimPolicy.Decision.Pull(true));
    assertThat(AHEAD.decide(account, wish(Claim.NONE, "0", "6", 0, ClaimPolicy.Kind.HOLD, true)))
        .isInstanceOf(ClaimPolicy.Decision.Move.class);
  }

  @Test
  void holds_do_not_count_towards_thresholds() {
    Account account = stored(open(limits("100", AT_50)));
    ClaimPolicy.Decision.Move move =
        move(account, wish(Claim.NONE, "0", "80", 0, ClaimPolicy.Kind.HOLD, false));

    assertThat(move.write().after().standing()).isEqualTo(Standing.OK);
    assertThat(move.write().requirement().isMetBy(account)).isTrue();
  }

  @Test
  void what_only_gives_back_needs_no_more_than_the_epoch() {
    Account account = stored(open(limits("10"))).plus(looseClaim("20"));
    Claim loose = new Claim(usd("20"), Usd.ZERO, true, null);
    ClaimPolicy.Decision.Move move =
        move(account, wish(loose, "12", "0", 1, ClaimPolicy.Kind.EXACT, false));

    assertThat(move.claim()).isEqualTo(new Claim(usd("12"), usd("12"), false, null));
    assertThat(move.write().requirement())
        .isEqualTo(new Requirement.SameEpoch(account.state().epoch()));
  }

  @Test
  void spend_that_cannot_be_proved_for_long_is_recorded_and_judged_later() {
    Account account = stored(open(limits("10"))).plus(looseClaim("9.5"));
    ClaimPolicy.Wish wish = wish(Claim.NONE, "1", "0", 1, ClaimPolicy.Kind.STEP, true);

    assertThat(AHEAD.decide(account, wish)).isEqualTo(new ClaimPolicy.Decision.Pull(true));
    Account after = ClaimPolicy.withoutProof(account, wish).write().after();
    assertThat(after.state().unjudged()).isTrue();
    assertThat(after.state().epoch()).isGreaterThan(account.state().epoch());
    assertThat(after.figures().spent()).isEqualTo(usd("1"));
  }

  @Test
  void limits_that_loose_shares_may_have_passed_are_in_force_and_wait_to_be_judged() {
    Account account = stored(open(limits("100"))).plus(looseClaim("90"));
    Account lowered = account.withLimits(limits("60"), Usd.ZERO);

    assertThat(Judgement.ofLimits(account, lowered)).isEqualTo(new Judgement.NeedsPull());
    Account unjudged = Judgement.unjudged(account, lowered).after();
    assertThat(unjudged.cap()).isEqualTo(usd("60"));
    assertThat(unjudged.state().unjudged()).isTrue();
    assertThat(unjudged.state().tight()).isTrue();
  }

  @Test
  void spend_that_falls_resolves_what_it_proves_to_be_below_and_leaves_the_rest_to_be_judged() {
    Account alerting = stored(Accounting.spent(open(limits("100", AT_50)), "55"));
    Figures correction = new Figures(usd("-10"), usd("-10"), usd("-10"), 0, Usd.ZERO, 0, 0);

    Account resolved = Accounting.proved(Judgement.ofChange(alerting, correction, false));
    assertThat(resolved.standing()).isEqualTo(Standing.OK);
    Account withLoose = alerting.plus(looseClaim("20"));
    Account unsure = Accounting.proved(Judgement.ofChange(withLoose, correction, false));
    assertThat(unsure.standing().state()).isEqualTo(Standing.State.ALERTING);
    assertThat(unsure.state().unjudged()).isTrue();
  }

  /**
   * Any account and any wish: what is decided is required of the account and true of it, and what
   * comes of it keeps the order of the sums.
   */
  @Test
  void whatever_is_decided_proves_itself() {
    for (int i = 0; i < 20_000; i++) {
      SplittableRandom random = Seed.round(i);
      Account account = account(random);
      boolean isLoose = account.figures().loose() > 0 && random.nextBoolean();
      Usd spent = money(random, 60);
      Usd held = money(random, 20);
      Claim claim =
          isLoose
              ? new Claim(
                  money(random, 30).min(account.figures().most().minus(account.figures().spent())),
                  Usd.ZERO,
                  true,
                  null)
              : Claim.NONE;
      ClaimPolicy.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      ClaimPolicy.Wish wish =
          new ClaimPolicy.Wish(
              claim,
              spent,
              held,
              kind == ClaimPolicy.Kind.HOLD ? held : Usd.ZERO,
              random.nextInt(1, 20),
              kind,
              Figures.NONE,
              random.nextBoolean());
      if (AHEAD.decide(account, wish) instanceof ClaimPolicy.Decision.Move move) {
        Figures after = move.write().after().figures();
        assertThat(move.write().requirement().isMetBy(account)).as(Seed.says(i)).isTrue();
        assertThat(move.claim().claimed().isAtLeast(spent.plus(held))).as(Seed.says(i)).isTrue();
        assertThat(after.most().isAtLeast(after.spent())).as(Seed.says(i)).isTrue();
        assertThat(after.claimed().isAtLeast(after.most())).as(Seed.says(i)).isTrue();
        Usd ceiling = account.ceiling();
        if (kind == ClaimPolicy.Kind.HOLD && ceiling != null) {
          assertThat(after.claimed().isMoreThan(ceiling)).as(Seed.says(i)).isFalse();
        }
      }
    }
  }

  private static Account account(SplittableRandom random) {
    Usd spent = money(random, 50);
    Usd most = spent.plus(money(random, 30));
    Usd claimed = most.plus(money(random, 20));
    int loose = most.equals(spent) ? 0 : random.nextInt(1, 4);
    Account fresh = stored(open(limits(random.nextBoolean() ? null : "100", AT_50)));
    Account account = fresh.plus(new Figures(spent, most, claimed, loose, Usd.ZERO, loose, 0));
    return Judgement.ofState(account) instanceof Judgement.Proved proved
        ? proved.write().after()
        : account;
  }

  private static Usd money(SplittableRandom random, int most) {
    return new Usd(BigDecimal.valueOf(random.nextLong(most * 1_000L), 3));
  }
}
