package dev.peras.store.simulation;

import dev.peras.table.Condition;
import dev.peras.table.ForwardingTable;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
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
  CLAIM_WITHOUT_CONDITION("a claim is added whatever room is left by then") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(writes, isUpdateOf("MONTH#"), unless(Condition.exists()));
    }
  },
  CLAIM_UNDER_OTHER_STANDING("a claim is added though limits or standing changed meanwhile") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(
          writes,
          isUpdateOf("MONTH#"),
          write -> {
            Write.Update update = (Write.Update) write;
            return update.condition() instanceof Condition.All all
                ? new Write.Update(
                    update.key(),
                    update.changes(),
                    new Condition.All(all.conditions().subList(1, 2)))
                : update;
          });
    }
  },
  SLOW_WAY_WITHOUT_VERSION("the slow way puts back an account that others changed meanwhile") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(writes, isPutOf("MONTH#"), unless(Condition.none()));
    }
  },
  PULL_BACK_IN_TWO("sessions give back their slack, and the account hears of it later") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      boolean isPullBack =
          writes.getFirst().key().sk().equals("SESSION")
              && writes.getLast().key().sk().startsWith("MONTH#")
              && writes.subList(0, writes.size() - 1).stream().allMatch(isUpdateOf("SESSION"));
      int last = writes.size() - 1;
      return isPullBack
          ? List.of(writes.subList(0, last), writes.subList(last, last + 1))
          : List.of(writes);
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
      return isStep ? split(writes, isUpdateOf("MONTH#").negate()) : List.of(writes);
    }
  },
  END_WITHOUT_SETTLING("an end gives back the claim and forgets what was spent") {
    @Override
    List<List<Write>> written(Table table, List<Write> writes) {
      return once(
          writes,
          isUpdateOf("MONTH#"),
          write -> {
            Write.Update update = (Write.Update) write;
            boolean ends =
                update.changes().stream().anyMatch(c -> c.name().equals("ended_sessions"));
            return ends
                ? new Write.Update(
                    update.key(),
                    update.changes().stream().filter(c -> !c.name().equals("settled")).toList(),
                    update.condition())
                : update;
          });
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
          ? once(writes, isPutOf("MONTH#"), write -> withoutNewCrossings((Write.Put) write))
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
  private static Write withoutNewCrossings(Write.Put put) {
    Map<String, AttributeValue> values = new LinkedHashMap<>(put.item().values());
    List<AttributeValue> thresholds = new ArrayList<>();
    for (AttributeValue threshold : Attributes.of(put.item()).get("thresholds").l()) {
      Map<String, AttributeValue> m = new LinkedHashMap<>(threshold.m());
      m.put("alerting", AttributeValue.fromBool(false));
      thresholds.add(AttributeValue.fromM(m));
    }
    values.put("thresholds", AttributeValue.fromL(thresholds));
    return new Write.Put(new Item(values), put.condition());
  }

  private static final class Mutated extends ForwardingTable {
    private final Mutant mutant;

    Mutated(Mutant mutant, Table table) {
      super(table);
      this.mutant = mutant;
    }

    @Override
    public void transact(List<Write> writes) {
      mutant.written(table, writes).forEach(table::transact);
    }
  }
}
