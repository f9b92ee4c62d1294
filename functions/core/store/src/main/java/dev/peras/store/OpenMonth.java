package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A customer's month added up from its parts: the account, and every open session with a share of
 * it.
 */
record OpenMonth(Account account, List<Session> sessions) {
  /**
   * Whether the parts fit together. They are read one after the other, so a claim may have moved in
   * between, which makes the sums useless.
   */
  boolean isConsistent() {
    Usd claims = account.settled();
    for (Session session : sessions) {
      claims = claims.plus(share(session).claimed());
    }
    return claims.equals(account.claimed());
  }

  /** The month's exact spend. */
  Usd spent() {
    return spentBesides(null);
  }

  /** The month's exact spend without that of one open session. */
  Usd spentBesides(@Nullable String sessionId) {
    Usd spent = account.settled();
    for (Session session : sessions) {
      spent = session.id().equals(sessionId) ? spent : spent.plus(share(session).spent());
    }
    return spent;
  }

  Usd held(Instant now) {
    Usd held = Usd.ZERO;
    for (Session session : sessions) {
      held = held.plus(session.held(account.period(), now));
    }
    return held;
  }

  PeriodShare share(Session session) {
    return session.share(account.period());
  }

  @Nullable Session session(String sessionId) {
    for (Session session : sessions) {
      if (session.id().equals(sessionId)) {
        return session;
      }
    }
    return null;
  }
}
