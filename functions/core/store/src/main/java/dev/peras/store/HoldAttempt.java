package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.Unpriced;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.Holds;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Tokens;
import dev.peras.table.Item;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request for a hold, with the knowledge of its attempts so far. Not thread-safe.
 *
 * <p>A grant is one transaction: the marker if it is not there, the session with the hold, and the
 * account where the claim moves.
 */
final class HoldAttempt implements Retry.Attempts<HoldGrant> {
  private final StoredSessions stored;
  private final Accounts accounts;
  private final Prices prices;
  private final String sessionId;
  private final HoldRequest request;
  private final Progress progress;
  private @Nullable Session known;
  private boolean contended;

  HoldAttempt(
      StoredSessions stored,
      Accounts accounts,
      Prices prices,
      String sessionId,
      HoldRequest request) {
    this.stored = stored;
    this.accounts = accounts;
    this.prices = prices;
    this.sessionId = sessionId;
    this.request = request;
    this.progress = accounts.begin();
    this.known = stored.cached(sessionId);
  }

  @Override
  public void forget() {
    progress.forget();
    known = null;
  }

  @Override
  public HoldGrant attempt() {
    Session shown = progress.takeSession(sessionId);
    if (shown != null) {
      return attempt(shown, true);
    }
    Session guess = known;
    known = null;
    if (guess != null) {
      try {
        return attempt(guess, false);
      } catch (Refusal | Accounts.NeedsFreshSession refusal) {
        // A guess may be out of date: only the session as it is can refuse.
      }
    }
    return attempt(stored.read(sessionId), true);
  }

  private HoldGrant attempt(Session session, boolean isFresh) {
    Instant now = stored.now();
    Hold hold =
        new Hold(
            request.holdId(),
            amount(session, now),
            Periods.of(now, session.terms().zone()),
            now.plus(request.ttl()));
    Session after = Holds.grant(session.withoutExpiredHolds(now), hold, now);
    Accounts.Prepared prepared = accounts.followHold(session, after, hold, isFresh, progress, now);
    Session next = prepared.session();
    HoldGrant held =
        new HoldGrant(hold.id(), hold.amount(), hold.expiresAt(), next.remaining(now), true);
    List<Write> writes = new ArrayList<>();
    writes.add(HoldItem.granted(sessionId, held, request.fingerprint(), now));
    writes.add(SessionItem.update(next));
    writes.addAll(prepared.writes());
    try {
      stored.table().transact(writes);
    } catch (WriteRefused e) {
      Item marker = e.item(Keys.hold(sessionId, hold.id()));
      if (marker != null) {
        return granted(marker, request);
      }
      accounts.learn(e, progress);
      contended |= e.concerns(Keys.session(sessionId));
      known = e.concerns(Keys.session(sessionId)) ? null : session;
      throw Conflict.thatShows("session " + sessionId + " or its account is written by others");
    }
    stored.remember(next.withVersion(session.version() + 1), contended);
    return held;
  }

  private Usd amount(Session session, Instant now) {
    Usd amount = request.amount();
    if (amount != null) {
      return amount;
    }
    String model = request.model() == null ? session.terms().model() : request.model();
    if (model == null) {
      throw Refusal.because(new Reason.NoPrice(new Unpriced.NoModel()));
    }
    Tokens most = Objects.requireNonNull(request.most());
    PriceBook book = prices.bookFor(Holds.queries(model, now, request.ttl()));
    return Holds.ceiling(book, model, most, now, request.ttl());
  }

  /** The answer that a marker remembers, if it is for this request. */
  static HoldGrant granted(Item marker, HoldRequest request) {
    HoldGrant answer = HoldItem.answer(marker);
    if (answer == null || !marker.hash("fingerprint").equals(request.fingerprint())) {
      throw Refusal.because(
          answer == null
              ? new Reason.HoldOver(request.holdId())
              : new Reason.HoldGranted(request.holdId()));
    }
    return answer;
  }
}
