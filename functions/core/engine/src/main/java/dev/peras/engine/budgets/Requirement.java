package dev.peras.engine.budgets;

import dev.peras.engine.money.Usd;
import java.util.List;

/** What must be true of an account at the moment in which it is written. */
public sealed interface Requirement {
  /** Whether it is true of an account as it was read. */
  boolean isMetBy(Account account);

  /** A sum of an account that requirements speak of. */
  enum Sum {
    SPENT,
    MOST,
    CLAIMED;

    Usd of(Account account) {
      Figures figures = account.figures();
      return switch (this) {
        case SPENT -> figures.spent();
        case MOST -> figures.most();
        case CLAIMED -> figures.claimed();
      };
    }
  }

  /** Limits and threshold states are those that were read. */
  record SameEpoch(long epoch) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return account.state().epoch() == epoch;
    }
  }

  /** Claiming ahead is allowed: the account is neither tight nor waiting to be judged. */
  record OpenToClaims() implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return !account.state().tight() && !account.state().unjudged();
    }
  }

  record LessThan(Sum sum, Usd amount) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return amount.isMoreThan(sum.of(account));
    }
  }

  record AtMost(Sum sum, Usd amount) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return amount.isAtLeast(sum.of(account));
    }
  }

  record AtLeast(Sum sum, Usd amount) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return sum.of(account).isAtLeast(amount);
    }
  }

  record MoreThan(Sum sum, Usd amount) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return sum.of(account).isMoreThan(amount);
    }
  }

  /** So many shares have claimed ahead, and no other ones. */
  record Loose(int shares) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return account.figures().loose() == shares;
    }
  }

  record FewerLooseThan(int shares) implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return account.figures().loose() < shares;
    }
  }

  /** Nobody has been refused in this window under these limits. */
  record NotBlocked() implements Requirement {
    @Override
    public boolean isMetBy(Account account) {
      return !account.state().blocked();
    }
  }

  record All(List<Requirement> all) implements Requirement {
    public All {
      all = List.copyOf(all);
    }

    @Override
    public boolean isMetBy(Account account) {
      return all.stream().allMatch(each -> each.isMetBy(account));
    }
  }

  record Any(List<Requirement> any) implements Requirement {
    public Any {
      any = List.copyOf(any);
    }

    @Override
    public boolean isMetBy(Account account) {
      return any.stream().anyMatch(each -> each.isMetBy(account));
    }
  }
}
