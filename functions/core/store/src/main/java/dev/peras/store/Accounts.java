package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.AccountWrite;
import dev.peras.engine.budgets.Claim;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Figures;
import dev.peras.engine.budgets.Judgement;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.TableBusy;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps accounts right while their sessions change: the one place where claims move.
 *
 * <h2>What it is for</h2>
 *
 * Adding each step to a customer's month would put every agent of the customer on one item, where
 * DynamoDB refuses transactions that meet. Instead a session <em>claims</em> money from its
 * accounts ahead of spending it, and most steps touch no account. Limits must hold all the same: a
 * hold is never granted past a cap, and the very step that reaches a threshold says so. Nobody may
 * have to add up all sessions for that, nor wait for a moment in which nobody else writes.
 *
 * <h2>What is always true</h2>
 *
 * An account keeps three sums of the shares that sessions have in it: {@code spent}, what it has
 * been told; {@code most}, what can be spent before it is told; {@code claimed}, which is {@code
 * most} and the holds of exact shares. And it counts its loose shares.
 *
 * <pre>
 *   exact share:  claim = spent + held,  booked = spent      every change writes the account
 *   loose share:  claim >= spent + held, booked <= spent     within the claim, nothing does
 *
 *   spent <= real spend <= most <= claimed,  and real spend + holds <= claimed
 *   with nothing loose, spent is the real spend, to the last digit
 * </pre>
 *
 * All changes of the sums are additions, so they commute; no write depends on a version of the
 * account. What writes depend on instead are inequalities that stay true while others write, and
 * the <em>epoch</em>, which only limits and threshold states move.
 *
 * <h2>The rules</h2>
 *
 * <ul>
 *   <li><b>Standing</b> ({@link Judgement}). A write that takes money proves where each threshold
 *       stands after it, and the proof is its condition: reached, {@code spent >= amount}; or not,
 *       {@code most < amount}, or else nothing else is loose and {@code spent < amount}. What it
 *       proves to have changed, it writes, with the alert. Where the cap blocks, {@code claimed <=
 *       cap} or nothing else is loose: a hold inside a loose claim asks nobody, so the claims must
 *       fit while there is one.
 *   <li><b>A hold</b> needs {@code claimed <= cap} without exception. Thresholds look at spend,
 *       holds at spend and holds.
 *   <li><b>Claiming ahead</b> needs {@code most} below the next threshold, {@code claimed} within a
 *       blocking cap, and an account that is neither tight nor unjudged. How much is policy ({@link
 *       ClaimPolicy}).
 *   <li><b>Pulling.</b> Where something loose stands in the way, loose shares give back what they
 *       do not use and become exact: so many sessions by their versions, their pointers, one
 *       addition that needs no condition. Loose shares are found by pointers beside the account,
 *       which are written in the very transactions in which a share becomes loose or exact.
 *   <li><b>Judging.</b> Limits that cannot be judged when they change are in force at once, and the
 *       account is <em>unjudged</em> (and closed to claims ahead) until somebody proves the
 *       standing: who changed them, an exact step in its own write, a start, the sweep. No clock is
 *       in it.
 *   <li><b>A refusal</b> stands on one read of the account on which nothing else is loose, after
 *       expired holds were taken back. Exact shares with holds have pointers by the time when the
 *       first one expires, early perhaps, never late.
 *   <li><b>The valve.</b> A step that has pulled for two seconds is recorded without proof and
 *       leaves the account unjudged: real spend is never refused nor delayed.
 *   <li><b>No addition without</b> a versioned or put-once item in the same transaction, which
 *       makes retries safe. An account is created by a put if absent that depends on its limits'
 *       version.
 * </ul>
 *
 * <p>Decision record 8 says what lost; {@code docs/simulation.md} how this is tested.
 */
final class Accounts {
  /** How many loose shares are pulled at first, and at most: 48 of them are 97 writes. */
  private static final int FIRST_PULL = 4;

  private static final int LARGEST_PULL = 48;

  /** A transaction takes 100; some are left for accounts. */
  private static final int WRITES_OF_A_PULL = 97;

  /** How often a pull tries again at once with what a refusal has shown. */
  private static final int PULLS_AT_ONCE = 3;

  /** Others take a hold back only so long after it has expired, since clocks differ. */
  static final Duration EXPIRY_GRACE = Duration.ofSeconds(5);

  /** How long a step pulls before it is recorded without proof. */
  private static final Duration VALVE = Duration.ofSeconds(2);

  private static final int EXPIRED_AT_ONCE = 10;

  private final Table table;
  private final ClaimPolicy policy;
  private final Limits defaults;
  private final Retry retry;

  /** Pulls grow while they succeed and shrink when they meet others. */
  private volatile int pullSize = FIRST_PULL;

  Accounts(Table table, ClaimPolicy policy, Limits defaults, Retry retry) {
    this.table = table;
    this.policy = policy;
    this.defaults = defaults;
    this.retry = retry;
  }

  /** A change of a session, with the writes that its accounts and pointers take along. */
  record Prepared(Session session, List<Write> writes) {}

  /** Thrown where a session that is only remembered would be refused: it is read first then. */
  static final class NeedsFreshSession extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NeedsFreshSession() {
      super("only a session as it is can be refused", null, false, false);
    }
  }

  /** One operation's attempts, from now on. */
  Progress begin() {
    return new Progress(retry.nanoTime());
  }

  Limits limits(String customerId) {
    Item item = table.get(Keys.limits(customerId));
    return item == null ? defaults : LimitsItem.read(item);
  }

  Limits defaults() {
    return defaults;
  }

  /** The account of a month; a fresh one, of version 0, where nothing has happened in it yet. */
  Account read(AccountKey key) {
    Account stored = find(key);
    return stored == null ? Account.open(key, limits(key.customerId())) : stored;
  }

  /** The same, where the limits are known already. */
  Account read(AccountKey key, Limits limits) {
    Account stored = find(key);
    return stored == null ? Account.open(key, limits) : stored;
  }

  private @Nullable Account find(AccountKey key) {
    Item item = table.get(Keys.account(key));
    return item == null ? AccountUpgrade.find(table, key) : AccountItem.read(item);
  }

  /** Makes a transaction; a refusal is remembered for the next attempt. */
  void commit(List<Write> writes, Progress progress) {
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      learn(e, progress);
      throw e;
    }
  }

  /** Keeps what a refusal shows. An account that was missing may be one of an earlier version. */
  void learn(WriteRefused refused, Progress progress) {
    progress.learn(refused);
    bringUpToDate(refused);
  }

  private void bringUpToDate(WriteRefused refused) {
    for (Key key : refused.keys()) {
      if (key.sk().equals(Keys.ACCOUNT_SK) && refused.item(key) == null) {
        find(Keys.accountKey(key));
      }
    }
  }

  // Sessions that start, follow and end.

  /**
   * The writes that put a new session's first share on its account.
   *
   * @param account as read; while they hold, its standing is the one that was read
   */
  List<Write> open(Session session, Account account, Instant now) {
    List<Write> writes = new ArrayList<>();
    writes.add(SessionPointers.open(session, account.period()));
    writes.addAll(writes(ClaimPolicy.enter(account), now));
    return writes;
  }

  /**
   * Lets a session's claims follow a change of its spend or its holds.
   *
   * @param before the session as stored
   * @param after with other spend or other holds; its claims are still those of before
   * @return the session with its claims where they should be, and the writes that go with it
   * @throws Conflict when the state moved on meanwhile
   */
  Prepared follow(Session before, Session after, Progress progress, Instant now) {
    return follow(before, after, null, true, progress, now);
  }

  /**
   * The same for a session that takes a hold, which a cap may refuse.
   *
   * @param isFresh whether the session has just been read: only then it can be refused
   * @throws Refusal CustomerCapReached
   * @throws NeedsFreshSession where it would be refused and is not fresh
   */
  Prepared followHold(
      Session before, Session after, Hold hold, boolean isFresh, Progress progress, Instant now) {
    return follow(before, after, hold, isFresh, progress, now);
  }

  private Prepared follow(
      Session before,
      Session after,
      @Nullable Hold hold,
      boolean isFresh,
      Progress progress,
      Instant now) {
    boolean entersPeriod = after.periods().size() > before.periods().size();
    Session session = after;
    List<Write> writes = new ArrayList<>();
    for (PeriodShare share : after.periods()) {
      boolean isNew = !before.hasShare(share.period());
      boolean isLeft = entersPeriod && !isNew;
      Hold taken =
          hold != null && hold.amount().isPositive() && hold.period().equals(share.period())
              ? hold
              : null;
      Claim claim = share.claim();
      boolean isAsItShouldBe =
          claim.covers(share.spent(), after.held(share.period()))
              && !isNew
              && !(isLeft && claim.loose())
              // A hold in place of an expired one moves no claim, and still the cap may refuse it.
              && (taken == null || claim.loose());
      if (!isAsItShouldBe) {
        Change change = new Change(before, session, share, isNew, isLeft, taken, isFresh);
        session = move(change, progress, now, writes);
      }
    }
    session = Pointers.follow(before, session, writes);
    return new Prepared(session, once(writes));
  }

  /**
   * What a share has to follow.
   *
   * @param session as it is to be, but for this share's claim
   * @param isNew its session enters the account with it
   * @param isLeft its session enters another one, and leaves this
   */
  private record Change(
      Session before,
      Session session,
      PeriodShare share,
      boolean isNew,
      boolean isLeft,
      @Nullable Hold hold,
      boolean isFresh) {
    AccountKey account() {
      return session.account(share);
    }

    ClaimPolicy.Wish wish(boolean hasPulled) {
      return new ClaimPolicy.Wish(
          share.claim(),
          share.spent(),
          session.held(share.period()),
          hold == null ? Usd.ZERO : hold.amount(),
          share.steps(),
          kind(),
          besides(),
          hasPulled);
    }

    private ClaimPolicy.Kind kind() {
      if (session.isEnded() || isLeft) {
        return ClaimPolicy.Kind.EXACT;
      }
      return hold == null ? ClaimPolicy.Kind.STEP : ClaimPolicy.Kind.HOLD;
    }

    private Figures besides() {
      if (!session.isEnded()) {
        return isNew ? Figures.ofOpenedSession() : Figures.NONE;
      }
      Usd before = this.before.share(share.period()).spent();
      Figures settled = Figures.ofSettled(share.spent().minus(before));
      return isNew ? settled.plus(Figures.ofLateSession()) : settled;
    }
  }

  private Session move(Change change, Progress progress, Instant now, List<Write> writes) {
    ClaimPolicy.Decision.Move move = decide(change, progress, now);
    writes.addAll(writes(move.write(), now));
    Session session = change.session().withShare(change.share().withClaim(move.claim()));
    if (change.isNew()) {
      writes.add(
          session.isEnded()
              ? SessionPointers.ended(session, change.share().period())
              : SessionPointers.open(session, change.share().period()));
    }
    boolean isLatest = change.share().period().equals(session.periods().getLast().period());
    return isLatest ? session.withCustomer(move.write().after().standing()) : session;
  }

  private ClaimPolicy.Decision.Move decide(Change change, Progress progress, Instant now) {
    AccountKey key = change.account();
    String sessionId = change.session().id();
    while (true) {
      Account shown = progress.takeAccount(key);
      Account account = shown == null ? read(key) : shown;
      Hold hold = change.hold();
      if (hold != null && account.standing().blocked() && !account.state().unjudged()) {
        // What is spent has reached the cap: no hold fits, whatever others give back.
        throw refused(account, account.figures(), hold, null, now);
      }
      ClaimPolicy.Wish wish = change.wish(progress.hasPulled());
      switch (policy.decide(account, wish)) {
        case ClaimPolicy.Decision.Move move -> {
          return move;
        }
        case ClaimPolicy.Decision.Pull pull -> {
          if (pull.isNeeded() && hold == null && progress.age().compareTo(VALVE) > 0) {
            return ClaimPolicy.withoutProof(account, wish);
          }
          pull(account, sessionId, pull.isNeeded(), now);
          progress.pulled();
        }
        case ClaimPolicy.Decision.Full full -> {
          if (!change.isFresh()) {
            throw new NeedsFreshSession();
          }
          if (!freeExpired(key, sessionId, now)) {
            throw refused(account, full.without(), hold, full.refusal(), now);
          }
        }
      }
      giveUpWhenLate(progress);
    }
  }

  void giveUpWhenLate(Progress progress) {
    if (progress.age().compareTo(retry.patience()) > 0) {
      throw new Conflict("others keep claiming");
    }
  }

  // Refusals.

  /** The refusal of a start, where the cap is reached and stops agents. */
  Refusal startRefused(Account account, Instant now) {
    return refused(account, account.figures(), null, null, now);
  }

  /**
   * The refusal by a cap. The first one under these limits is written, so that people can hear of
   * it.
   *
   * @param figures of the account without what was asked for
   * @param blocked what the refusal stands on; null where that is the state of the account
   */
  private Refusal refused(
      Account account,
      Figures figures,
      @Nullable Hold hold,
      @Nullable AccountWrite blocked,
      Instant now) {
    if (!account.state().blocked() && account.version() > 0) {
      AccountWrite write = blocked == null ? Judgement.blockedByState(account) : blocked;
      try {
        table.transact(writes(write, now));
      } catch (WriteRefused e) {
        throw new Conflict("the account " + account.key() + " changed");
      }
    }
    Usd cap = Objects.requireNonNull(account.cap());
    return Refusal.because(
        new Reason.CustomerCapReached(
            account.customerId(),
            account.period(),
            new Reason.LimitFigures(
                figures.spent(), figures.heldExactly(), cap, hold == null ? null : hold.amount())));
  }

  // Limits that change, and accounts that wait to be judged.

  /**
   * The writes that put an account under limits or top-ups that have changed. They are to go with a
   * write that holds only while these limits are in force. Where they cannot be judged at once, the
   * account is unjudged after them: see {@link #judge}.
   */
  List<Write> underLimits(Account account, Limits limits, Usd topUps, Instant now) {
    Account changed = account.withLimits(limits, topUps);
    Judgement judgement = Judgement.ofLimits(account, changed);
    return judgement instanceof Judgement.Proved proved
            && !proved.write().after().state().unjudged()
        ? writes(proved.write(), now)
        : writes(Judgement.unjudged(account, changed), now);
  }

  /**
   * Judges an account that waits for it.
   *
   * @return the account, with its standing proved
   * @throws Conflict when it takes too long
   */
  Account judge(AccountKey key, Progress progress, Instant now) {
    while (true) {
      Account account = read(key);
      if (!account.state().unjudged()) {
        return account;
      }
      if (Judgement.ofState(account) instanceof Judgement.Proved proved
          && !proved.write().after().state().unjudged()) {
        try {
          table.transact(writes(proved.write(), now));
          return AccountItem.stored(proved.write().after());
        } catch (WriteRefused e) {
          retry.pauseShortly();
        }
      } else {
        pull(account, null, true, now);
      }
      giveUpWhenLate(progress);
    }
  }

  /** The writes of an account's change, and of what is worth telling of it. */
  private static List<Write> writes(AccountWrite write, Instant now) {
    List<Write> writes = new ArrayList<>();
    writes.add(AccountItem.write(write));
    Account after = write.after();
    if (write.isFirst()) {
      writes.add(LimitsItem.unchanged(after.customerId(), after.terms().limitsVersion()));
    }
    writes.addAll(AlertItem.create(Alerts.of(write.before(), after, after.figures().spent(), now)));
    return writes;
  }

  /** Two months that are opened at once depend on the same limits: one check serves both. */
  static List<Write> once(List<Write> writes) {
    Set<Write> distinct = new LinkedHashSet<>(writes);
    Set<Key> keys = new HashSet<>();
    for (Write write : distinct) {
      if (!keys.add(write.key())) {
        throw new Conflict("limits changed while two months were opened");
      }
    }
    return List.copyOf(distinct);
  }

  // Giving back.

  /** The writes that settle an ended session's shares. It claims what it has spent already. */
  Prepared settle(Session before, Session ended) {
    List<Write> writes = new ArrayList<>();
    for (PeriodShare share : ended.periods()) {
      Claim was = before.share(share.period()).claim();
      Figures change =
          Figures.ofMove(was, share.claim()).plus(Figures.ofEndedSession(share.spent()));
      writes.add(AccountItem.add(ended.account(share), change));
      writes.add(SessionPointers.noLongerOpen(ended, share.period()));
      writes.add(SessionPointers.ended(ended, share.period()));
    }
    return new Prepared(Pointers.follow(before, ended, writes), writes);
  }

  /**
   * Has shares that claimed ahead give back what they do not use, some of them if there are many.
   *
   * @param exceptId the session that this is done for
   * @param closes whether nothing may be claimed ahead from then on
   */
  void pull(Account account, @Nullable String exceptId, boolean closes, Instant now) {
    int size = pullSize;
    Map<String, Session> sessions = new LinkedHashMap<>();
    List<String> ids = someLoose(account.key(), exceptId, size);
    for (Item item : table.getAll(ids.stream().map(Keys::session).toList())) {
      Session session = SessionItem.read(item);
      sessions.put(session.id(), session);
    }
    for (int i = 0; i < PULLS_AT_ONCE; i++) {
      List<Write> writes = pulling(account, sessions.values(), size, closes, now);
      if (writes.isEmpty()) {
        break;
      }
      try {
        table.transact(writes);
        pullSize = Math.min(LARGEST_PULL, size * 2);
        return;
      } catch (WriteRefused e) {
        bringUpToDate(e);
        size = Math.max(1, size / 2);
        pullSize = size;
        sessions = withShown(sessions, e);
      } catch (TableBusy e) {
        pullSize = Math.max(1, size / 2);
        throw e;
      }
    }
    retry.pauseShortly();
  }

  /** Sessions as a refusal shows them come first, since they are as they are now. */
  private static Map<String, Session> withShown(
      Map<String, Session> sessions, WriteRefused refused) {
    Map<String, Session> shown = new LinkedHashMap<>();
    for (String id : sessions.keySet()) {
      Item item = refused.item(Keys.session(id));
      if (item != null) {
        shown.put(id, SessionItem.read(item));
      }
    }
    sessions.forEach(shown::putIfAbsent);
    return shown;
  }

  /** Some ids of sessions with loose shares: by chance, so that those who pull at once differ. */
  private List<String> someLoose(AccountKey key, @Nullable String exceptId, int size) {
    List<String> ids = new ArrayList<>(looseSessions(key, 4 * size));
    ids.remove(exceptId);
    Collections.shuffle(ids, new Random(retry.random().nextLong()));
    return ids.subList(0, Math.min(size, ids.size()));
  }

  /** The ids of sessions whose shares of an account have claimed ahead. */
  List<String> looseSessions(AccountKey key, int limit) {
    return table.query(Keys.accountPk(key), Keys.LOOSE_PREFIX, null, limit).stream()
        .map(item -> item.key().sk().substring(Keys.LOOSE_PREFIX.length()))
        .toList();
  }

  private List<Write> pulling(
      Account account, Collection<Session> sessions, int size, boolean closes, Instant now) {
    Map<AccountKey, Figures> changes = new LinkedHashMap<>();
    List<Write> writes = new ArrayList<>();
    int pulled = 0;
    for (Session session : sessions) {
      List<Write> its = new ArrayList<>();
      YearMonth period = account.period();
      if (session.hasShare(period) && session.share(period).claim().loose()) {
        Session freed = session.withoutExpiredHolds(now.minus(EXPIRY_GRACE));
        Map<AccountKey, Figures> moved = new LinkedHashMap<>();
        Session exact = exactly(session, freed, period, moved);
        exact = Pointers.follow(session, exact, its);
        its.add(SessionItem.update(exact));
        if (writes.size() + its.size() + changes.size() + moved.size() > WRITES_OF_A_PULL) {
          break;
        }
        moved.forEach((key, change) -> changes.merge(key, change, Figures::plus));
      } else {
        // It has become exact since its pointer was read.
        its.add(SessionItem.unchanged(session));
        its.add(Pointers.delete(Keys.loose(account.key(), session.id())));
      }
      writes.addAll(its);
      pulled++;
      if (pulled == size) {
        break;
      }
    }
    changes.forEach((key, change) -> {
      boolean isThis = key.equals(account.key()) && closes && !account.state().tight();
      writes.add(
          isThis ? AccountItem.addAndTighten(account, change) : AccountItem.add(key, change));
    });
    return writes;
  }

  /**
   * A session whose exact shares claim what it has spent and holds, and the share of one account
   * becomes exact, too.
   *
   * @param period of that account; null to leave loose shares as they are
   * @param changes takes what that changes in accounts
   */
  private static Session exactly(
      Session before, Session after, @Nullable YearMonth period, Map<AccountKey, Figures> changes) {
    Session session = after;
    for (PeriodShare share : after.periods()) {
      Claim claim = share.claim();
      if (!claim.loose() || share.period().equals(period)) {
        Claim exact = claim.exactly(share.spent(), after.held(share.period()));
        Figures change = Figures.ofMove(before.share(share.period()).claim(), exact);
        if (!change.equals(Figures.NONE)) {
          changes.merge(after.account(share), change, Figures::plus);
        }
        session = session.withShare(share.withClaim(exact));
      }
    }
    return session;
  }

  /**
   * Takes back holds that have expired in exact shares of an account.
   *
   * @param exceptId the session that this is done for: it clears its own
   * @return whether anything has changed, so that it is worth another look
   */
  boolean freeExpired(AccountKey key, @Nullable String exceptId, Instant now) {
    boolean hasChanged = false;
    for (String id : expired(key, now.minus(EXPIRY_GRACE), EXPIRED_AT_ONCE)) {
      Item item = id.equals(exceptId) ? null : table.get(Keys.session(id));
      if (item == null) {
        continue;
      }
      Session session = SessionItem.read(item);
      Session freed = session.withoutExpiredHolds(now.minus(EXPIRY_GRACE));
      Map<AccountKey, Figures> changes = new LinkedHashMap<>();
      List<Write> writes = new ArrayList<>();
      Session after = exactly(session, freed.withFreshPointers(), null, changes);
      writes.add(SessionItem.update(Pointers.follow(session, after, writes)));
      changes.forEach((account, change) -> writes.add(AccountItem.add(account, change)));
      try {
        table.transact(writes);
      } catch (WriteRefused e) {
        bringUpToDate(e);
        retry.pauseShortly(); // It has changed itself meanwhile.
      }
      hasChanged = true;
    }
    return hasChanged;
  }

  /** The ids of sessions with a pointer that says that a hold may have expired by then. */
  List<String> expired(AccountKey key, Instant by, int limit) {
    List<String> ids = new ArrayList<>();
    for (Item item : table.query(Keys.accountPk(key), Keys.EXPIRING_PREFIX, null, limit)) {
      if (Keys.expiresAt(item.key()).isAfter(by)) {
        break;
      }
      ids.add(Keys.expiringSession(item.key()));
    }
    return ids;
  }
}
