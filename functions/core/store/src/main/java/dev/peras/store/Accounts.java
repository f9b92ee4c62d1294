package dev.peras.store;

import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alerts;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Threshold;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.ClaimPolicy;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps customers' months right while their sessions change: the one place where claims move.
 *
 * <p>Far from a threshold a session's claim moves by one conditional write, and nobody adds
 * anything up. When the account's room is used up, the slow way runs: what open sessions have
 * claimed and not used is pulled back, they become exact, and the month is added up.
 */
final class Accounts {
  /** How many sessions give back their slack in one transaction. */
  private static final int SESSIONS_PER_PULL = 24;

  /** How often the parts of a month are read in the hope that they fit together. */
  private static final int READS = 4;

  private static final ClaimPolicy EXACT = new ClaimPolicy(false);

  private final Table table;
  private final ClaimPolicy claims;
  private final Limits defaults;

  Accounts(Table table, ClaimPolicy claims, Limits defaults) {
    this.table = table;
    this.claims = claims;
    this.defaults = defaults;
  }

  /** A change of a session, with the writes that its accounts take along. */
  record Prepared(Session session, List<Write> writes) {}

  Limits limits(String customerId) {
    Item item = table.get(Keys.limits(customerId));
    return item == null ? defaults : LimitsItem.read(item);
  }

  Limits defaults() {
    return defaults;
  }

  /** The account of a month; a fresh one, of version 0, where nothing has happened in it yet. */
  Account read(String customerId, YearMonth period) {
    Item item = table.get(Keys.account(customerId, period));
    return item == null
        ? Account.open(customerId, period, limits(customerId))
        : AccountItem.read(item);
  }

  /** The same, where the limits are known already. */
  Account read(String customerId, YearMonth period, Limits limits) {
    Item item = table.get(Keys.account(customerId, period));
    return item == null ? Account.open(customerId, period, limits) : AccountItem.read(item);
  }

  /** The refusal by a cap, with the figures of the month. */
  Refusal capReached(Account account, @Nullable Usd requested, Instant now) {
    return capReached(readMonth(account.customerId(), account.period()), requested, now);
  }

  private static Refusal capReached(OpenMonth month, @Nullable Usd requested, Instant now) {
    Account account = month.account();
    Usd cap = account.cap();
    if (cap == null) {
      throw new Conflict("the cap of " + account.customerId() + " was lifted");
    }
    Usd spent = month.spent();
    Usd held = month.held(now);
    Usd remaining = cap.minus(spent).minus(held).max(Usd.ZERO);
    return Refusal.byLimit(
        Refusal.Code.CUSTOMER_CAP_REACHED,
        "Customer %s has %s USD left of its cap of %s USD for %s."
            .formatted(account.customerId(), remaining, cap, account.period()),
        new Refusal.Limit("customer", spent, held, cap, remaining, requested));
  }

  /**
   * Adds up a month exactly.
   *
   * @throws Retry.Again when it changes too fast
   */
  OpenMonth readMonth(String customerId, YearMonth period) {
    for (int i = 0; i < READS; i++) {
      OpenMonth month = readParts(customerId, period);
      // Claims that moved up and down meanwhile may add up by chance: the version tells.
      if (read(customerId, period).version() == month.account().version()) {
        return month;
      }
    }
    throw new Conflict("the month of " + customerId + " keeps changing");
  }

  /**
   * The parts of a month, which add up. It is exact if the account has not moved on since: whoever
   * writes what it comes to does so under that condition.
   */
  private OpenMonth readParts(String customerId, YearMonth period) {
    for (int i = 0; i < READS; i++) {
      Account account = read(customerId, period);
      List<Key> keys = openSessions(customerId, period).stream().map(Keys::session).toList();
      List<Session> sessions =
          table.getAll(keys).stream()
              .map(SessionItem::read)
              .filter(session -> !session.isEnded())
              .toList();
      OpenMonth month = new OpenMonth(account, sessions);
      if (month.isConsistent()) {
        return month;
      }
    }
    throw new Conflict("the month of " + customerId + " keeps changing");
  }

  /** The ids of the open sessions with a share of a month. */
  private List<String> openSessions(String customerId, YearMonth period) {
    String prefix = Keys.openPrefix(period);
    return table.query(Keys.customer(customerId), prefix, null, Integer.MAX_VALUE).stream()
        .map(item -> item.text("sk").substring(prefix.length()))
        .toList();
  }

  /**
   * The writes that put a new session's first share on its account.
   *
   * @param account as read; while they hold, its standing is the one that was read
   */
  List<Write> open(Session session, Account account, Instant now) {
    List<Write> writes = new ArrayList<>();
    writes.add(pointer(session, account.period()));
    Account.Change change = Account.Change.NONE.plusOpenSession();
    writes.addAll(
        account.version() == 0
            ? replace(account, account.plus(change), Usd.ZERO, now)
            : List.of(AccountItem.addWhileSameStanding(account, change)));
    return writes;
  }

  /**
   * Lets a session's claims follow a change of its spend or its holds.
   *
   * @param before the session as stored
   * @param after with other spend or other holds; its claims are still those of before
   * @return the session with its claims where they should be, and the writes for its accounts
   * @throws Retry.Again when the state moved on meanwhile
   */
  Prepared follow(Session before, Session after, Instant now) {
    return follow(before, after, null, now);
  }

  /**
   * The same for a session that takes a hold, which the customer's cap may refuse.
   *
   * @throws Refusal CUSTOMER_CAP_REACHED
   */
  Prepared followHold(Session before, Session after, Hold hold, Instant now) {
    return follow(before, after, hold, now);
  }

  private Prepared follow(Session before, Session after, @Nullable Hold hold, Instant now) {
    boolean entersPeriod = after.periods().size() > before.periods().size();
    Session session = after;
    List<Write> writes = new ArrayList<>();
    for (PeriodShare share : after.periods()) {
      boolean isNew = !before.hasShare(share.period());
      boolean isLeft = entersPeriod && !isNew;
      Usd held = after.held(share.period(), now);
      boolean isChanged =
          !share.equals(before.share(share.period()))
              || !ClaimPolicy.shortfall(share, held).isZero();
      boolean takesHold =
          hold != null && hold.amount().isPositive() && hold.period().equals(share.period());
      // A hold in place of an expired one moves no claim, and still the cap may refuse it.
      boolean asksCap = takesHold && share.exact();
      boolean moves = isChanged && (isLeft || ClaimPolicy.mustMove(share, held));
      if (isNew || asksCap || moves) {
        boolean staysExact = isLeft || session.isEnded();
        Hold taken = takesHold ? hold : null;
        ClaimPolicy rule = staysExact ? EXACT : claims;
        session = move(session, share, held, isNew, rule, taken, now, writes);
      }
    }
    return new Prepared(session, once(writes));
  }

  /** Two months that are opened at once depend on the same limits: one check serves both. */
  private static List<Write> once(List<Write> writes) {
    Set<Write> distinct = new LinkedHashSet<>(writes);
    Set<Key> keys = new HashSet<>();
    for (Write write : distinct) {
      if (!keys.add(write.key())) {
        throw new Conflict("limits changed while two months were opened");
      }
    }
    return List.copyOf(distinct);
  }

  private Session move(
      Session session,
      PeriodShare share,
      Usd held,
      boolean isNew,
      ClaimPolicy rule,
      @Nullable Hold hold,
      Instant now,
      List<Write> writes) {
    String customerId = session.terms().customerId();
    YearMonth period = share.period();
    Account account = read(customerId, period);
    if (hold != null && account.standing().blocked()) {
      throw capReached(account, hold.amount(), now);
    }
    ClaimPolicy.Move move = rule.within(account, share, held);
    Account moved;
    if (move != null) {
      Account.Change change = change(session, move, isNew);
      moved = account.plus(change);
      writes.addAll(
          account.version() == 0
              ? replace(account, moved, share.spent(), now)
              : List.of(AccountItem.addWithinRoom(account, change)));
    } else {
      OpenMonth month = pullBack(customerId, period, session.id(), now);
      Session own = month.session(session.id());
      if (own != null && own.version() != session.version()) {
        throw StoredSessions.changed(session.id());
      }
      move = ClaimPolicy.exactly(share, held);
      // What an ended session spent before is among the settled already.
      Usd itsSpend = session.isEnded() ? move.delta() : share.spent();
      Usd spent = month.spentBesides(session.id()).plus(itsSpend);
      moved = month.account().plus(change(session, move, isNew)).judged(spent);
      Usd ceiling = moved.ceiling();
      if (hold != null && ceiling != null && moved.claimed().isMoreThan(ceiling)) {
        // All is exact here: what is claimed is spent or held, and nothing is left to pull back.
        throw capReached(month, hold.amount(), now);
      }
      writes.addAll(replace(month.account(), moved, spent, now));
    }
    if (isNew) {
      writes.add(session.isEnded() ? endedPointer(session, period) : pointer(session, period));
    }
    boolean isLatest = period.equals(session.periods().getLast().period());
    Session next = session.withShare(move.share());
    return isLatest ? next.withCustomer(moved.standing()) : next;
  }

  private static Account.Change change(Session session, ClaimPolicy.Move move, boolean isNew) {
    if (session.isEnded()) {
      return new Account.Change(move.delta(), move.delta(), 0, isNew ? 1 : 0);
    }
    Account.Change change = Account.Change.ofClaim(move.delta());
    return isNew ? change.plusOpenSession() : change;
  }

  /**
   * The writes that put a month under limits or top-ups that have changed. They are to go with a
   * write that holds only while these limits are in force.
   *
   * <p>Where spending, even if all that is claimed were spent, is below every threshold, and was
   * before, nobody need add it up. Otherwise all slack is pulled back first, so that the standing
   * is right, and every session hears of it at its next step.
   */
  List<Write> judge(Account account, Limits limits, Usd topUps, Instant now) {
    Account ifAllWereSpent = account.withLimits(limits, topUps, account.claimed());
    if (account.room().isPositive() && !isAlerting(account) && !isAlerting(ifAllWereSpent)) {
      return List.of(AccountItem.replace(ifAllWereSpent));
    }
    OpenMonth month = pullBack(account.customerId(), account.period(), null, now);
    if (!month.account().topUps().equals(account.topUps())) {
      throw new Conflict("a top-up of " + account.customerId() + " came between");
    }
    Account judged = month.account().withLimits(limits, topUps, month.spent());
    List<Write> writes = new ArrayList<>();
    writes.add(AccountItem.replace(judged));
    writes.addAll(AlertItem.create(Alerts.of(month.account(), judged, month.spent(), now)));
    return writes;
  }

  private static boolean isAlerting(Account account) {
    return account.thresholds().stream().anyMatch(Threshold::alerting);
  }

  /** The writes that settle an ended session's shares. Its claims are its spend already. */
  List<Write> settle(Session before, Session ended) {
    List<Write> writes = new ArrayList<>();
    String customerId = ended.terms().customerId();
    for (PeriodShare share : ended.periods()) {
      YearMonth period = share.period();
      Usd slack = before.share(period).claimed().minus(share.claimed());
      Account.Change change = new Account.Change(slack.negated(), share.spent(), -1, 1);
      writes.add(AccountItem.giveBack(customerId, period, change));
      writes.add(new Write.Delete(Keys.open(customerId, period, ended.id()), Condition.none()));
      writes.add(endedPointer(ended, period));
    }
    return writes;
  }

  /**
   * Adds up a month after every open session has given back what it claimed and did not use, and
   * has become exact: from then on no session's spend changes without a new version of the account.
   *
   * @param exceptId the session that a change is being prepared for: its part comes with that
   * @throws Retry.Again when the state moved on meanwhile
   */
  OpenMonth pullBack(String customerId, YearMonth period, @Nullable String exceptId, Instant now) {
    for (int i = 0; i < READS; i++) {
      OpenMonth month = readParts(customerId, period);
      List<Session> loose =
          month.sessions().stream()
              .filter(session -> !session.id().equals(exceptId))
              .filter(session -> isLoose(month.share(session), session.held(period, now)))
              .toList();
      if (loose.isEmpty()) {
        return month;
      }
      for (int from = 0; from < loose.size(); from += SESSIONS_PER_PULL) {
        int to = Math.min(loose.size(), from + SESSIONS_PER_PULL);
        pullBack(month.account(), loose.subList(from, to), now);
      }
    }
    throw new Conflict("the sessions of " + customerId + " keep claiming");
  }

  private static boolean isLoose(PeriodShare share, Usd held) {
    return !ClaimPolicy.shortfall(share, held).isZero()
        || (!share.exact() && share.claimed().isPositive());
  }

  private void pullBack(Account account, List<Session> sessions, Instant now) {
    List<Write> writes = new ArrayList<>();
    Usd delta = Usd.ZERO;
    for (Session session : sessions) {
      Usd held = session.held(account.period(), now);
      ClaimPolicy.Move move = ClaimPolicy.exactly(session.share(account.period()), held);
      delta = delta.plus(move.delta());
      writes.add(SessionItem.update(session.withoutExpiredHolds(now).withShare(move.share())));
    }
    writes.add(
        AccountItem.giveBack(
            account.customerId(), account.period(), Account.Change.ofClaim(delta)));
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      throw new Conflict("a session changed while its slack was pulled back");
    }
  }

  /**
   * Stores an account as a whole, and what is worth telling of it. A new one also depends on the
   * limits that it was made from.
   */
  private static List<Write> replace(Account before, Account account, Usd spent, Instant now) {
    List<Write> writes = new ArrayList<>();
    writes.add(AccountItem.replace(account));
    if (account.version() == 0) {
      writes.add(LimitsItem.unchanged(account.customerId(), account.limitsVersion()));
    }
    writes.addAll(AlertItem.create(Alerts.of(before, account, spent, now)));
    return writes;
  }

  private static Write pointer(Session session, YearMonth period) {
    Key key = Keys.open(session.terms().customerId(), period, session.id());
    return new Write.Put(Item.at(key).item(), Condition.none());
  }

  private static Write endedPointer(Session session, YearMonth period) {
    Key key = Keys.ended(session.terms().customerId(), period, session.id());
    return new Write.Put(Item.at(key).item(), Condition.none());
  }
}
