package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.AccountWrite;
import dev.peras.engine.budgets.Figures;
import dev.peras.engine.budgets.Requirement;
import dev.peras.engine.budgets.Threshold;
import dev.peras.engine.money.Usd;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An account as an item: sums, which are only ever added to, and the state that its epoch guards.
 *
 * <p>An account of a month that version 0.1.0 wrote lies at another key and knows no bounds. It is
 * read as one whose open sessions have all claimed ahead, and heard nothing of: see {@link
 * AccountUpgrade}.
 */
final class AccountItem {
  private static final String SPENT = "spent";
  private static final String MOST = "most";
  private static final String CLAIMED = "claimed";
  private static final String LOOSE = "loose";
  private static final String SETTLED = "settled";
  private static final String OPEN_SESSIONS = "open_sessions";
  private static final String ENDED_SESSIONS = "ended_sessions";
  private static final String EPOCH = "epoch";
  private static final String THRESHOLDS = "thresholds";
  private static final String CROSSINGS = "crossings";
  private static final String TIGHT = "tight";
  private static final String UNJUDGED = "unjudged";
  private static final String BLOCKED = "blocked";
  private static final String CAP = "cap";
  private static final String BLOCKS = "blocks";
  private static final String TOP_UPS = "top_ups";
  private static final String LIMITS_VERSION = "limits_version";
  private static final String VERSION = "version";

  private AccountItem() {}

  /** An account that is not there yet. */
  static Write create(Account account) {
    return new Write.Put(item(account), Condition.absent());
  }

  /** Makes a change as long as what it requires of the account is true. */
  static Write write(AccountWrite write) {
    Account before = write.before();
    if (write.isFirst()) {
      return create(write.after());
    }
    List<Write.Change> changes = additions(write.change());
    changes.addAll(replacements(before, write.after()));
    return new Write.Update(Keys.account(before.key()), changes, condition(write.requirement()));
  }

  /** Adds to the sums, whatever they are by then. */
  static Write add(AccountKey key, Figures change) {
    return new Write.Update(Keys.account(key), additions(change), Condition.exists());
  }

  /** The same, and from then on nothing is claimed ahead. */
  static Write addAndTighten(Account before, Figures change) {
    List<Write.Change> changes = additions(change);
    changes.addAll(tight(before, true));
    return new Write.Update(Keys.account(before.key()), changes, Condition.exists());
  }

  /** Lets shares claim ahead again. */
  static Write loosen(Account before) {
    List<Write.Change> changes = additions(Figures.NONE);
    changes.addAll(tight(before, false));
    return new Write.Update(
        Keys.account(before.key()),
        changes,
        Condition.all(Condition.equal(EPOCH, before.state().epoch())));
  }

  /** Notes that a sweep has looked at it: others come first next time. */
  static Write lookedAt(Account account, long epochSecond) {
    return new Write.Update(
        Keys.account(account.key()),
        List.of(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(epochSecond))),
        Condition.all(
            Condition.equal(EPOCH, account.state().epoch()),
            new Condition.Present(account.state().unjudged() ? UNJUDGED : TIGHT)));
  }

  private static List<Write.Change> tight(Account before, boolean isTight) {
    Account.State state = before.state();
    return replacements(
        before,
        new Account(
            before.key(),
            before.version(),
            before.figures(),
            before.terms(),
            new Account.State(
                state.epoch(),
                state.thresholds(),
                state.crossings(),
                isTight,
                state.unjudged(),
                state.blocked())));
  }

  private static List<Write.Change> additions(Figures change) {
    List<Write.Change> changes = new ArrayList<>();
    addTo(changes, SPENT, change.spent());
    addTo(changes, MOST, change.most());
    addTo(changes, CLAIMED, change.claimed());
    addTo(changes, LOOSE, change.loose());
    addTo(changes, SETTLED, change.settled());
    addTo(changes, OPEN_SESSIONS, change.openSessions());
    addTo(changes, ENDED_SESSIONS, change.endedSessions());
    changes.add(new Write.Change.Add(VERSION, AttributeValues.of(1)));
    return changes;
  }

  private static void addTo(List<Write.Change> changes, String name, long delta) {
    if (delta != 0) {
      changes.add(new Write.Change.Add(name, AttributeValues.of(delta)));
    }
  }

  private static void addTo(List<Write.Change> changes, String name, Usd delta) {
    if (!delta.isZero()) {
      changes.add(new Write.Change.Add(name, AttributeValues.of(delta)));
    }
  }

  /** What is set rather than added to, as far as it differs. */
  private static List<Write.Change> replacements(Account before, Account after) {
    List<Write.Change> changes = new ArrayList<>();
    Account.State was = before.state();
    Account.State is = after.state();
    // Added to rather than set, so that a change which depends on nothing moves it on as well.
    addTo(changes, EPOCH, is.epoch() - was.epoch());
    addTo(changes, CROSSINGS, is.crossings() - was.crossings());
    if (!is.thresholds().equals(was.thresholds())) {
      changes.add(new Write.Change.Set(THRESHOLDS, thresholds(after)));
    }
    flag(changes, TIGHT, was.tight(), is.tight());
    flag(changes, UNJUDGED, was.unjudged(), is.unjudged());
    flag(changes, BLOCKED, was.blocked(), is.blocked());
    if (!after.terms().equals(before.terms())) {
      Usd cap = after.terms().cap();
      changes.add(
          cap == null
              ? new Write.Change.Remove(CAP)
              : new Write.Change.Set(CAP, AttributeValues.of(cap)));
      flag(changes, BLOCKS, before.terms().blocks(), after.terms().blocks());
      changes.add(new Write.Change.Set(TOP_UPS, AttributeValues.of(after.terms().topUps())));
      changes.add(
          new Write.Change.Set(LIMITS_VERSION, AttributeValues.of(after.terms().limitsVersion())));
    }
    if (isAtRisk(was) != isAtRisk(is)) {
      changes.add(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(dueAt(is))));
    }
    return changes;
  }

  private static void flag(List<Write.Change> changes, String name, boolean was, boolean is) {
    if (is && !was) {
      changes.add(new Write.Change.Set(name, AttributeValues.TRUE));
    } else if (was && !is) {
      changes.add(new Write.Change.Remove(name));
    }
  }

  /** An account is at risk while it is near a limit: the sweep looks after it. */
  private static boolean isAtRisk(Account.State state) {
    return state.tight() || state.unjudged();
  }

  private static long dueAt(Account.State state) {
    return isAtRisk(state) ? DueIndex.NOT_JUDGED : DueIndex.NOT_AT_RISK;
  }

  private static Condition condition(Requirement requirement) {
    return switch (requirement) {
      case Requirement.SameEpoch same -> Condition.equal(EPOCH, same.epoch());
      case Requirement.OpenToClaims open ->
          Condition.all(new Condition.Missing(TIGHT), new Condition.Missing(UNJUDGED));
      case Requirement.LessThan less -> new Condition.Less(name(less.sum()), value(less.amount()));
      case Requirement.AtMost most -> new Condition.AtMost(name(most.sum()), value(most.amount()));
      case Requirement.AtLeast least ->
          new Condition.AtLeast(name(least.sum()), value(least.amount()));
      case Requirement.MoreThan more ->
          new Condition.Greater(name(more.sum()), value(more.amount()));
      case Requirement.Loose loose -> Condition.equal(LOOSE, loose.shares());
      case Requirement.FewerLooseThan fewer ->
          new Condition.Less(LOOSE, AttributeValues.of(fewer.shares()));
      case Requirement.NotBlocked not -> new Condition.Missing(BLOCKED);
      case Requirement.All all when all.all().isEmpty() -> Condition.exists();
      case Requirement.All all ->
          new Condition.All(all.all().stream().map(AccountItem::condition).toList());
      case Requirement.Any any ->
          new Condition.Any(any.any().stream().map(AccountItem::condition).toList());
    };
  }

  private static String name(Requirement.Sum sum) {
    return switch (sum) {
      case SPENT -> SPENT;
      case MOST -> MOST;
      case CLAIMED -> CLAIMED;
    };
  }

  private static AttributeValue value(Usd amount) {
    return AttributeValues.of(amount);
  }

  private static Item item(Account account) {
    Figures figures = account.figures();
    Account.Terms terms = account.terms();
    Account.State state = account.state();
    return Item.at(Keys.account(account.key()))
        .put(SPENT, figures.spent())
        .put(MOST, figures.most())
        .put(CLAIMED, figures.claimed())
        .put(LOOSE, figures.loose())
        .put(SETTLED, figures.settled())
        .put(OPEN_SESSIONS, figures.openSessions())
        .put(ENDED_SESSIONS, figures.endedSessions())
        .optional(CAP, terms.cap())
        .flag(BLOCKS, terms.blocks())
        .put(TOP_UPS, terms.topUps())
        .put(LIMITS_VERSION, terms.limitsVersion())
        .put(EPOCH, state.epoch())
        .put(THRESHOLDS, thresholds(account))
        .put(CROSSINGS, state.crossings())
        .flag(TIGHT, state.tight())
        .flag(UNJUDGED, state.unjudged())
        .flag(BLOCKED, state.blocked())
        .put(VERSION, account.version() + 1)
        .put(Table.DUE_SHARD, DueIndex.monthShard(account.customerId(), account.period()))
        .put(Table.DUE_AT, dueAt(state))
        .item();
  }

  /** Whether it is as version 0.1.0 wrote it. */
  static boolean isOld(Item item) {
    return !item.has(MOST);
  }

  static Account read(Item item) {
    return new Account(
        Keys.accountKey(item.key()),
        item.number(VERSION),
        isOld(item) ? oldFigures(item) : figures(item),
        new Account.Terms(
            item.optionalUsd(CAP),
            item.has(BLOCKS),
            item.usd(TOP_UPS),
            item.number(LIMITS_VERSION)),
        isOld(item) ? oldState(item) : state(item));
  }

  /** An account as it is once it has been created. */
  static Account stored(Account account) {
    return new Account(
        account.key(), account.version() + 1, account.figures(), account.terms(), account.state());
  }

  private static Figures figures(Item item) {
    return new Figures(
        item.usd(SPENT),
        item.usd(MOST),
        item.usd(CLAIMED),
        Math.toIntExact(item.number(LOOSE)),
        item.usd(SETTLED),
        Math.toIntExact(item.number(OPEN_SESSIONS)),
        Math.toIntExact(item.number(ENDED_SESSIONS)));
  }

  private static Account.State state(Item item) {
    return new Account.State(
        item.number(EPOCH),
        item.get(THRESHOLDS).l().stream().map(AccountItem::threshold).toList(),
        Math.toIntExact(item.number(CROSSINGS)),
        item.has(TIGHT),
        item.has(UNJUDGED),
        item.has(BLOCKED));
  }

  private static AttributeValue thresholds(Account account) {
    return AttributeValues.of(account.thresholds().stream().map(AccountItem::threshold).toList());
  }

  private static AttributeValue threshold(Threshold threshold) {
    return AttributeValues.of(
        Map.of(
            "label", AttributeValues.of(threshold.label()),
            "amount", AttributeValues.of(threshold.amount()),
            "alerting", AttributeValue.fromBool(threshold.alerting()),
            "crossing", AttributeValues.of(threshold.crossing())));
  }

  private static Threshold threshold(AttributeValue value) {
    Item item = new Item(value.m());
    return new Threshold(
        item.text("label"),
        item.usd("amount"),
        item.get("alerting").bool(),
        Math.toIntExact(item.number("crossing")));
  }

  // What version 0.1.0 wrote: claims of open sessions, and a list of thresholds that only grew.

  /** An amount that no limit has: such a threshold only kept its count of crossings. */
  private static final Usd OLD_NO_LIMIT = Usd.of("100000000000000000");

  private static Figures oldFigures(Item item) {
    int openSessions = Math.toIntExact(item.number(OPEN_SESSIONS));
    Usd settled = item.usd(SETTLED);
    Usd claimed = item.usd(CLAIMED);
    return new Figures(
        settled,
        claimed,
        claimed,
        openSessions,
        settled,
        openSessions,
        Math.toIntExact(item.number(ENDED_SESSIONS)));
  }

  private static Account.State oldState(Item item) {
    List<Threshold> thresholds = new ArrayList<>();
    int crossings = 0;
    for (AttributeValue value : item.get(THRESHOLDS).l()) {
      Item old = new Item(value.m());
      int count = Math.toIntExact(old.number("crossings"));
      crossings = Math.max(crossings, count);
      if (!old.usd("amount").equals(OLD_NO_LIMIT)) {
        thresholds.add(
            new Threshold(old.text("label"), old.usd("amount"), old.get("alerting").bool(), count));
      }
    }
    return new Account.State(item.number(EPOCH), thresholds, crossings, false, false, false);
  }
}
