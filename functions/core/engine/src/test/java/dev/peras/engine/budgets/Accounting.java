package dev.peras.engine.budgets;

import static dev.peras.engine.Samples.NOVEMBER;

import dev.peras.engine.money.Usd;

/** Accounts for tests. */
public final class Accounting {
  private static final AccountKey KEY = AccountKey.ofMonth("acme", NOVEMBER);

  private Accounting() {}

  public static Account open(Limits limits) {
    return Account.open(KEY, limits);
  }

  /** As it is once it has been stored. */
  public static Account stored(Account account) {
    return new Account(
        account.key(), account.version() + 1, account.figures(), account.terms(), account.state());
  }

  /** What an exact share adds by spending. */
  public static Figures exactSpend(String amount) {
    Usd usd = Usd.of(amount);
    return new Figures(usd, usd, usd, 0, Usd.ZERO, 0, 0);
  }

  /** What a share adds by claiming ahead. */
  public static Figures looseClaim(String amount) {
    Usd usd = Usd.of(amount);
    return new Figures(Usd.ZERO, usd, usd, 1, Usd.ZERO, 0, 0);
  }

  /** With so much spent in all, by exact shares. */
  public static Account spent(Account account, String total) {
    Usd more = Usd.of(total).minus(account.figures().spent());
    return proved(Judgement.ofChange(account, exactSpend(more.toString()), false));
  }

  /** Under other limits, judged at once. */
  public static Account under(Account account, Limits limits) {
    return under(account, limits, Usd.ZERO);
  }

  public static Account under(Account account, Limits limits, Usd topUps) {
    return proved(Judgement.ofLimits(account, account.withLimits(limits, topUps)));
  }

  static Account proved(Judgement judgement) {
    return ((Judgement.Proved) judgement).write().after();
  }
}
