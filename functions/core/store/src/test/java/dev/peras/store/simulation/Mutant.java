package dev.peras.store.simulation;

import dev.peras.table.Condition;
import dev.peras.table.ForwardingTable;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Faults that someone could well have made in the protocol. Each stands between the store and its
 * table and changes what the store writes into what the faulty store would have written.
 */
enum Mutant {
  CHECK_THEN_ADD("a session is written whatever its version is by then") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(writes, isUpdateOf("SESSION"), unless(Condition.exists()));
    }
  },
  NO_EPOCH("an account is written though limits or standing changed meanwhile") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return without(writes, condition -> isEqualTo(condition, "epoch"));
    }
  },
  NO_CONDITION("an account is written whatever has happened to it by then") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(writes, isUpdateOf("ACCOUNT"), unless(Condition.exists()));
    }
  },
  LOOSE_SEEN_BUT_NOT_A_CONDITION("a threshold is not reached, unless one has become loose since") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return without(writes, condition -> isEqualTo(condition, "loose"));
    }
  },
  NOT_REACHED_IGNORES_LOOSE("a threshold is judged by what is booked, though others are loose") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return without(writes, condition -> isEqualTo(condition, "loose"));
    }

    @Override
    Item seen(Item item) {
      return withoutLoose(item);
    }
  },
  REFUSED_WHILE_OTHERS_ARE_LOOSE("a hold is refused though others could give back") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return List.of(writes);
    }

    @Override
    Item seen(Item item) {
      return withoutLoose(item);
    }
  },
  MOST_IS_NO_CONDITION("a claim is taken ahead though others have taken the room meanwhile") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return without(
          writes, condition -> condition instanceof Condition.Less l && l.name().equals("most"));
    }
  },
  CLAIMED_IS_NO_CONDITION("a hold or claim is taken though others have taken the cap meanwhile") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return without(writes, condition -> condition instanceof Condition.AtMost);
    }
  },
  HOLD_LIKE_A_STEP("a hold goes past the cap where nothing else is loose, as a step may") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isHold = writes.stream().anyMatch(isPutOf("HOLD#"));
      return isHold
          ? without(writes, condition -> condition instanceof Condition.AtMost)
          : List.of(writes);
    }
  },
  NO_LOOSE_POINTER("a share that claims ahead leaves no pointer, so nobody finds it") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return List.of(writes.stream().filter(isPutOf("LOOSE#").negate()).toList());
    }
  },
  NO_EXPIRY_POINTER("an exact share that holds leaves no pointer, so nobody frees it") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return List.of(writes.stream().filter(isPutOf("EXPIRING#").negate()).toList());
    }
  },
  REFUSED_WITHOUT_TAKING_BACK("a hold is refused though holds of others have expired") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return List.of(writes);
    }

    @Override
    List<Item> found(String prefix, List<Item> items) {
      return prefix.startsWith("EXPIRING#") ? List.of() : items;
    }
  },
  PULL_WITHOUT_VERSION("claims are pulled from sessions as they were a moment ago") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isPull = writes.stream().allMatch(isOfPull());
      return isPull
          ? once(writes, isUpdateOf("SESSION"), unless(Condition.exists()))
          : List.of(writes);
    }
  },
  PULL_IN_TWO("sessions give back what they claimed, and the account hears of it later") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isPull = writes.stream().allMatch(isOfPull());
      return isPull ? split(writes, isUpdateOf("ACCOUNT").negate()) : List.of(writes);
    }
  },
  FREED_IN_ONE_ACCOUNT("what a session gives back to two accounts, the second does not hear of") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      List<Write> accounts = writes.stream().filter(isUpdateOf("ACCOUNT")).toList();
      return List.of(
          writes.stream()
              .filter(write -> accounts.size() < 2 || !write.equals(accounts.getLast()))
              .toList());
    }
  },
  LIMITS_WITHOUT_JUDGEMENT("limits are taken for judged though loose claims may have passed them") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(
          writes, isUpdateOf("ACCOUNT"), write -> withoutChange((Write.Update) write, "unjudged"));
    }
  },
  NO_NUMBER_OF_CROSSINGS("a threshold that is crossed again has the number of the first time") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(
          writes, isUpdateOf("ACCOUNT"), write -> withoutChange((Write.Update) write, "crossings"));
    }
  },
  EVENT_WITHOUT_CONDITION("an event is stored whether or not it was counted before") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(writes, isPutOf("EVENT#"), unless(Condition.none()));
    }
  },
  MARKER_WITHOUT_STEP("events are stored first, and counted in a second transaction") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return split(writes, isPutOf("EVENT#"));
    }
  },
  STEP_WITHOUT_CLAIM("the account hears of a step in a second transaction") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isStep = writes.stream().anyMatch(isPutOf("EVENT#"));
      return isStep ? split(writes, isUpdateOf("ACCOUNT").negate()) : List.of(writes);
    }
  },
  END_WITHOUT_SETTLING("an end gives back the claim and forgets what was spent") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(
          writes, isUpdateOf("ACCOUNT"), write -> withoutChange((Write.Update) write, "settled"));
    }
  },
  END_KEEPS_WHAT_IT_CLAIMED("an end counts the session out and gives nothing back") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isEnd = writes.stream().anyMatch(isPutOf("ENDED#"));
      return isEnd
          ? once(
              writes,
              isUpdateOf("ACCOUNT"),
              write -> withoutChange((Write.Update) write, "claimed"))
          : List.of(writes);
    }
  },
  SETTLED_WITHOUT_RELEASE("a settled hold stays open until it expires") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isStep = writes.stream().anyMatch(isPutOf("EVENT#"));
      return isStep
          ? once(writes, isUpdateOf("SESSION"), write -> withOldHolds(table, (Write.Update) write))
          : List.of(writes);
    }
  },
  LATE_RETRY_GRANTS_AGAIN("a hold is granted though it has a marker") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(writes, isPutOf("HOLD#"), unless(Condition.none()));
    }
  },
  RELEASE_LEAVES_NO_MARKER("a hold that was released before it was granted is granted later") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      List<Write> rest = writes.stream().filter(isUpdateOf("HOLD#").negate()).toList();
      return rest.isEmpty() ? List.of() : List.of(rest);
    }
  },
  CROSSING_ONLY_ON_GROWTH("a cap that is lowered below the spend is not seen as reached") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean changesLimits = writes.stream().anyMatch(isPutOf("LIMITS"));
      return changesLimits
          ? once(writes, isUpdateOf("ACCOUNT"), write -> withoutNewCrossings((Write.Update) write))
          : List.of(writes);
    }
  },
  ACCOUNT_UNDER_OLD_LIMITS("a month is opened or topped up under limits that changed meanwhile") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      Predicate<Write> isCheck =
          write -> write instanceof Write.Check && write.key().sk().equals("LIMITS");
      return List.of(writes.stream().filter(isCheck.negate()).toList());
    }
  },
  LIMITS_LEAVE_THE_NEXT_MONTH("limits change, and a month that began early keeps the old ones") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      if (!writes.getFirst().key().sk().equals("LIMITS") || writes.size() < 3) {
        return List.of(writes);
      }
      return List.of(writes.subList(0, writes.size() - 1));
    }
  };

  private final String what;

  Mutant(String what) {
    this.what = what;
  }

  /** The transactions that the faulty store makes in place of this one. */
  abstract List<List<Write>> written(Table table, List<Write> writes);

  /** An item as the faulty store sees it. */
  Item seen(Item item) {
    return item;
  }

  /** What the faulty store finds by a query. */
  List<Item> found(String prefix, List<Item> items) {
    return items;
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": " + what;
  }

  /** The table as the faulty store uses it. */
  Table over(Table table) {
    return new Mutated(this, table);
  }

  private static Predicate<Write> isUpdateOf(String sk) {
    return write -> write instanceof Write.Update && write.key().sk().startsWith(sk);
  }

  private static Predicate<Write> isPutOf(String sk) {
    return write -> write instanceof Write.Put && write.key().sk().startsWith(sk);
  }

  private static List<List<Write>> once(
      List<Write> writes, Predicate<Write> which, Function<Write, Write> change) {
    return List.of(
        writes.stream().map(write -> which.test(write) ? change.apply(write) : write).toList());
  }

  private static List<List<Write>> split(List<Write> writes, Predicate<Write> isFirst) {
    List<List<Write>> parts = new ArrayList<>();
    parts.add(writes.stream().filter(isFirst).toList());
    parts.add(writes.stream().filter(isFirst.negate()).toList());
    parts.removeIf(List::isEmpty);
    return parts;
  }

  /** Another condition in place of the one that there is. */
  private static Function<Write, Write> unless(Condition other) {
    return write ->
        switch (write) {
          case Write.Put put -> new Write.Put(put.item(), other);
          case Write.Update update -> new Write.Update(update.key(), update.changes(), other);
          default -> write;
        };
  }

  private static Write withOldHolds(Table table, Write.Update update) {
    Item before = table.get(update.key());
    AttributeValue holds = before == null ? null : Attributes.of(before).map("s").values().get("h");
    if (holds == null) {
      return update;
    }
    List<Write.Change> changes = new ArrayList<>();
    for (Write.Change change : update.changes()) {
      if (change instanceof Write.Change.Set set && set.name().equals("s")) {
        Map<String, AttributeValue> state = new LinkedHashMap<>(set.value().m());
        state.put("h", holds);
        changes.add(new Write.Change.Set("s", AttributeValue.fromM(state)));
      } else {
        changes.add(change);
      }
    }
    return new Write.Update(update.key(), changes, update.condition());
  }

  /** As if only more spend could reach a threshold: all of them wait for it. */
  private static Write withoutNewCrossings(Write.Update update) {
    List<Write.Change> changes = new ArrayList<>();
    for (Write.Change change : update.changes()) {
      if (change instanceof Write.Change.Set set && set.name().equals("thresholds")) {
        List<AttributeValue> thresholds = new ArrayList<>();
        for (AttributeValue threshold : set.value().l()) {
          Map<String, AttributeValue> m = new LinkedHashMap<>(threshold.m());
          m.put("alerting", AttributeValue.fromBool(false));
          thresholds.add(AttributeValue.fromM(m));
        }
        changes.add(new Write.Change.Set("thresholds", AttributeValue.fromL(thresholds)));
      } else if (!change.name().equals("unjudged")) {
        changes.add(change);
      }
    }
    return new Write.Update(update.key(), changes, update.condition());
  }

  private static Write withoutChange(Write.Update update, String name) {
    return new Write.Update(
        update.key(),
        update.changes().stream().filter(change -> !change.name().equals(name)).toList(),
        update.condition());
  }

  /** What a pull writes: sessions, pointers and accounts, and nothing of a request's own. */
  private static Predicate<Write> isOfPull() {
    return isUpdateOf("SESSION")
        .or(write -> write instanceof Write.Update && isPlain(write, "ACCOUNT"))
        .or(write -> write instanceof Write.Delete && write.key().sk().startsWith("LOOSE#"))
        .or(isPutOf("EXPIRING#"))
        .or(write -> write instanceof Write.Delete && write.key().sk().startsWith("EXPIRING#"));
  }

  private static boolean isPlain(Write write, String sk) {
    return write.key().sk().equals(sk) && write.condition() instanceof Condition.Exists;
  }

  private static boolean isEqualTo(Condition condition, String name) {
    return condition instanceof Condition.Equal equal && equal.name().equals(name);
  }

  /** Accounts are written without some of their conditions, however deep. */
  private static List<List<Write>> without(List<Write> writes, Predicate<Condition> which) {
    return once(
        writes,
        isUpdateOf("ACCOUNT"),
        write -> {
          Write.Update update = (Write.Update) write;
          Condition left = without(update.condition(), which);
          return new Write.Update(
              update.key(), update.changes(), left == null ? Condition.exists() : left);
        });
  }

  private static @Nullable Condition without(Condition condition, Predicate<Condition> which) {
    return switch (condition) {
      case Condition.All all -> {
        List<Condition> left = left(all.conditions(), which);
        yield left.isEmpty() ? null : new Condition.All(left);
      }
      case Condition.Any any -> {
        // Without one of its alternatives it holds whenever that might have.
        List<Condition> left = left(any.conditions(), which);
        yield left.size() < any.conditions().size() ? null : new Condition.Any(left);
      }
      default -> which.test(condition) ? null : condition;
    };
  }

  private static List<Condition> left(List<Condition> conditions, Predicate<Condition> which) {
    List<Condition> left = new ArrayList<>();
    for (Condition condition : conditions) {
      Condition rest = without(condition, which);
      if (rest != null) {
        left.add(rest);
      }
    }
    return left;
  }

  private static Item withoutLoose(Item item) {
    AttributeValue sk = item.values().get("sk");
    if (sk == null || !"ACCOUNT".equals(sk.s())) {
      return item;
    }
    Map<String, AttributeValue> values = new LinkedHashMap<>(item.values());
    values.put("loose", AttributeValue.fromN("0"));
    return new Item(values);
  }

  private static final class Mutated extends ForwardingTable {
    private final Mutant mutant;

    Mutated(Mutant mutant, Table table) {
      super(table);
      this.mutant = mutant;
    }

    @Override
    public @Nullable Item get(Key key) {
      Item item = table.get(key);
      return item == null ? null : mutant.seen(item);
    }

    @Override
    public List<Item> query(String pk, String prefix, @Nullable String after, int limit) {
      return mutant.found(prefix, table.query(pk, prefix, after, limit));
    }

    @Override
    public void transact(List<Write> writes) {
      mutant.written(table, writes).forEach(table::transact);
    }
  }
}
