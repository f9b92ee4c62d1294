package dev.peras.store;

import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Claim;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Write;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what points at sessions as it should be, in the very transactions in which they change: so
 * whoever needs the shares that have claimed ahead, or the holds that have expired, reads these
 * alone.
 */
final class Pointers {
  private Pointers() {}

  /**
   * Lets the pointers of a session's shares follow its claims and holds.
   *
   * @param before as stored; the same as {@code after} but for what changes
   * @param writes takes the writes of the pointers
   * @return the session with the times of its pointers
   */
  static Session follow(Session before, Session after, List<Write> writes) {
    Session session = after;
    for (PeriodShare share : after.periods()) {
      AccountKey account = after.account(share);
      Claim was =
          before.hasShare(share.period()) ? before.share(share.period()).claim() : Claim.NONE;
      Claim is = share.claim();
      if (is.loose() && !was.loose()) {
        writes.add(put(Keys.loose(account, after.id())));
      } else if (was.loose() && !is.loose()) {
        writes.add(delete(Keys.loose(account, after.id())));
      }
      Instant freesAt = freesAt(after, share);
      Instant pointed = was.freesAt();
      if (freesAt == null ? pointed != null : !freesAt.equals(pointed)) {
        if (pointed != null) {
          writes.add(delete(Keys.expiring(account, pointed, after.id())));
        }
        if (freesAt != null) {
          writes.add(put(Keys.expiring(account, freesAt, after.id())));
        }
      }
      session = session.withShare(share.withClaim(is.withFreesAt(freesAt)));
    }
    return session;
  }

  /** When others should look at its holds: a pointer may be early, never late. */
  private static @Nullable Instant freesAt(Session session, PeriodShare share) {
    if (share.claim().loose()) {
      return null; // What it does not use is pulled with its claim.
    }
    Instant first = null;
    for (Hold hold : session.holds()) {
      boolean isFirst = first == null || hold.expiresAt().isBefore(first);
      if (hold.period().equals(share.period()) && isFirst) {
        first = hold.expiresAt();
      }
    }
    Instant pointed = share.claim().freesAt();
    return first == null || pointed == null || first.isBefore(pointed) ? first : pointed;
  }

  private static Write put(Key key) {
    return new Write.Put(Item.at(key).item(), Condition.none());
  }

  static Write delete(Key key) {
    return new Write.Delete(key, Condition.none());
  }
}
