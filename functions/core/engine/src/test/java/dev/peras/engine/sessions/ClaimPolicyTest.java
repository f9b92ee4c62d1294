package dev.peras.engine.sessions;

import static dev.peras.engine.Samples.NOVEMBER;
import static dev.peras.engine.Samples.limits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Seed;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Tokens;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimPolicyTest {
  private static final ClaimPolicy AHEAD = new ClaimPolicy(true);
  private static final ClaimPolicy EXACT = new ClaimPolicy(false);

  private static Account account(@Nullable String cap, int openSessions, String claimed) {
    return Account.open("acme", NOVEMBER, limits(cap))
        .plus(new Account.Change(Usd.of(claimed), Usd.ZERO, openSessions, 0));
  }

  private static PeriodShare share(String spent, String claimed) {
    ModelSum used = new ModelSum(1, Tokens.NONE, Usd.of(spent));
    return new PeriodShare(NOVEMBER, Map.of("m", used), Usd.of(claimed), false);
  }

  private static PeriodShare spend(PeriodShare share, String usd) {
    Usd spent = share.spent().plus(Usd.of(usd));
    ModelSum used = new ModelSum(1, Tokens.NONE, spent);
    return new PeriodShare(share.period(), Map.of("m", used), share.claimed(), share.exact());
  }

  private static ClaimPolicy.Move move(
      ClaimPolicy claims, Account account, PeriodShare share, String held) {
    return Objects.requireNonNull(claims.within(account, share, Usd.of(held)));
  }

  @Test
  void a_claim_far_from_any_threshold_doubles_what_is_spent() {
    ClaimPolicy.Move move = move(AHEAD, account("1000", 1, "0"), share("3", "0"), "0");

    assertThat(move.share().claimed()).isEqualTo(Usd.of("6"));
    assertThat(move.delta()).isEqualTo(Usd.of("6"));
    assertThat(move.share().exact()).isFalse();
  }

  @Test
  void holds_are_claimed_too() {
    ClaimPolicy.Move move = move(AHEAD, account("1000", 1, "0"), share("3", "2"), "4");

    assertThat(move.share().claimed()).isEqualTo(Usd.of("10"));
    assertThat(move.delta()).isEqualTo(Usd.of("8"));
  }

  @Test
  void a_claim_takes_no_more_than_a_fair_part_of_the_room() {
    // 90 are left after the need; of these, four sessions may take a sixteenth each.
    ClaimPolicy.Move move = move(AHEAD, account("100", 4, "5"), share("30", "25"), "0");

    assertThat(move.delta()).isEqualTo(Usd.of("5").plus(Usd.of("5.625")));
    assertThat(move.share().exact()).isFalse();
  }

  @Test
  void a_need_above_the_fair_part_is_claimed_exactly() {
    ClaimPolicy.Move move = move(AHEAD, account("100", 4, "5"), share("30", "24"), "0");

    assertThat(move.delta()).isEqualTo(Usd.of("6"));
    assertThat(move.share().exact()).isTrue();
    assertThat(move.share().claimed()).isEqualTo(Usd.of("30"));
  }

  @ParameterizedTest
  @CsvSource({"99.99, true", "100, false", "100.01, false"})
  void a_need_that_would_use_up_the_room_needs_the_exact_month(String spent, boolean planned) {
    ClaimPolicy.Move move = AHEAD.within(account("100", 1, "0"), share(spent, "0"), Usd.ZERO);

    assertThat(move != null).isEqualTo(planned);
  }

  @Test
  void nothing_ahead_is_a_mode_of_the_same_rule() {
    ClaimPolicy.Move move = move(EXACT, account("1000", 1, "0"), share("3", "1"), "0.5");

    assertThat(move.share().claimed()).isEqualTo(Usd.of("3.5"));
    assertThat(move.share().exact()).isTrue();
    assertThat(EXACT.within(account("3", 1, "1"), share("3", "1"), Usd.ZERO)).isNull();
  }

  @Test
  void a_blocked_month_is_followed_exactly_although_a_higher_threshold_has_room() {
    Account blocked =
        Account.open("acme", NOVEMBER, limits("10", AlertThreshold.ofAmount(Usd.of("1000"))))
            .plus(new Account.Change(Usd.of("10"), Usd.ZERO, 1, 0))
            .judged(Usd.of("10"));

    ClaimPolicy.Move move = move(AHEAD, blocked, share("12", "10"), "0");

    assertThat(move.share().exact()).isTrue();
    assertThat(move.delta()).isEqualTo(Usd.of("2"));
  }

  @Test
  void an_exact_move_gives_back_slack() {
    ClaimPolicy.Move move = ClaimPolicy.exactly(share("3", "6"), Usd.of("1"));

    assertThat(move.delta()).isEqualTo(Usd.of("-2"));
    assertThat(move.share().claimed()).isEqualTo(Usd.of("4"));
    assertThat(move.share().exact()).isTrue();
  }

  @Test
  void the_account_is_left_alone_while_the_claim_covers_what_is_spent_and_held() {
    assertThat(ClaimPolicy.mustMove(share("3", "6"), Usd.of("3"))).isFalse();
    assertThat(ClaimPolicy.mustMove(share("3", "6"), Usd.of("3.000000000001"))).isTrue();
    assertThat(ClaimPolicy.mustMove(share("3", "6").withClaim(Usd.of("6"), true), Usd.ZERO))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"10, 5", "100, 8", "1000, 11", "10000, 15"})
  void the_account_is_written_about_log_2_times_in_a_session(int steps, int most) {
    Account account = account("1000000", 1, "0");
    PeriodShare share = PeriodShare.none(NOVEMBER);
    int writes = 0;
    for (int i = 0; i < steps; i++) {
      share = spend(share, "0.01");
      if (ClaimPolicy.mustMove(share, Usd.ZERO)) {
        ClaimPolicy.Move move = Objects.requireNonNull(AHEAD.within(account, share, Usd.ZERO));
        account = account.plus(Account.Change.ofClaim(move.delta()));
        share = move.share();
        writes++;
      }
    }

    assertThat(writes).isBetween(2, most);
    assertThat(share.claimed().isAtLeast(share.spent())).isTrue();
  }

  @RepeatedTest(200)
  void no_plan_takes_the_room_to_zero_or_leaves_a_session_uncovered(RepetitionInfo repetition) {
    SplittableRandom random = Seed.round(repetition.getCurrentRepetition());
    for (int i = 0; i < 100; i++) {
      Account account = account(money(random, 1_000), random.nextInt(50), money(random, 1_000));
      PeriodShare share = share(money(random, 100), money(random, 100));
      Usd held = random.nextBoolean() ? Usd.ZERO : Usd.of(money(random, 10));

      ClaimPolicy.Move move = AHEAD.within(account, share, held);

      Usd need = ClaimPolicy.shortfall(share, held);
      if (move == null) {
        assertThat(need.isAtLeast(account.room())).isTrue();
      } else {
        Account after = account.plus(Account.Change.ofClaim(move.delta()));
        assertThat(after.room().isPositive()).as(Seed.says(i)).isTrue();
        assertThat(move.share().claimed().isAtLeast(share.spent().plus(held)))
            .as(Seed.says(i))
            .isTrue();
        assertThat(move.share().claimed()).isEqualTo(share.claimed().plus(move.delta()));
        assertThat(move.share().exact()).isEqualTo(move.delta().equals(need));
      }
    }
  }

  /** Sessions spend as they like; the account's books hold, and its writes never pass the cap. */
  @RepeatedTest(50)
  void the_books_of_many_sessions_hold_at_every_step(RepetitionInfo repetition) {
    SplittableRandom random = Seed.round(repetition.getCurrentRepetition());
    int sessions = 1 + random.nextInt(20);
    Account account = account("50", sessions, "0");
    PeriodShare[] shares = new PeriodShare[sessions];
    Arrays.fill(shares, PeriodShare.none(NOVEMBER));
    for (int i = 0; i < 500; i++) {
      int which = random.nextInt(sessions);
      PeriodShare spent = spend(shares[which], money(random, 2));
      if (ClaimPolicy.mustMove(spent, Usd.ZERO)) {
        ClaimPolicy.Move move = AHEAD.within(account, spent, Usd.ZERO);
        if (move == null) {
          break;
        }
        account = account.plus(Account.Change.ofClaim(move.delta()));
        spent = move.share();
      }
      shares[which] = spent;
      Usd claims = Usd.ZERO;
      for (PeriodShare share : shares) {
        assertThat(share.claimed().isAtLeast(share.spent())).isTrue();
        claims = claims.plus(share.claimed());
      }
      assertThat(account.claimed())
          .as(Seed.says(repetition.getCurrentRepetition()))
          .isEqualTo(claims);
      assertThat(account.room().isPositive()).isTrue();
    }
  }

  private static String money(SplittableRandom random, int most) {
    return random.nextInt(most) + "." + random.nextInt(1_000_000);
  }
}
