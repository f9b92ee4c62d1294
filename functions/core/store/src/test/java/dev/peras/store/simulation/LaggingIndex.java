package dev.peras.store.simulation;

import dev.peras.table.Item;
import dev.peras.table.Key;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The index of what is due. It shows changes in their order, but late. */
final class LaggingIndex {
  private static final int LONGEST_LAG_MILLIS = 3_000;

  private final Scheduler scheduler;
  private final Chance chance;
  private final ArrayDeque<Late> late = new ArrayDeque<>();
  private final Map<Key, Entry> entries = new HashMap<>();
  private final Map<String, TreeSet<Entry>> shards = new HashMap<>();
  private long lastShownAt;

  LaggingIndex(Scheduler scheduler, Chance chance) {
    this.scheduler = scheduler;
    this.chance = chance;
  }

  private record Entry(Key key, String shard, long at) {
    static final Comparator<Entry> ORDER =
        Comparator.comparingLong(Entry::at)
            .thenComparing(entry -> entry.key().pk())
            .thenComparing(entry -> entry.key().sk());

    static @Nullable Entry of(Key key, @Nullable Item item) {
      if (item == null || !item.values().containsKey("due_shard")) {
        return null;
      }
      Attributes attributes = Attributes.of(item);
      return new Entry(key, attributes.text("due_shard"), attributes.count("due_at"));
    }

    Item item() {
      Map<String, AttributeValue> values = new LinkedHashMap<>();
      values.put("pk", AttributeValue.fromS(key.pk()));
      values.put("sk", AttributeValue.fromS(key.sk()));
      values.put("due_shard", AttributeValue.fromS(shard));
      values.put("due_at", AttributeValue.fromN(Long.toString(at)));
      return new Item(values);
    }
  }

  /** A change that the index shows from some moment on. */
  private record Late(long shownAt, Key key, @Nullable Entry entry) {}

  void changed(SimulatedTable.Change change) {
    Entry before = Entry.of(change.key(), change.before());
    Entry after = Entry.of(change.key(), change.after());
    if (before == null ? after != null : !before.equals(after)) {
      long lag = chance.below(LONGEST_LAG_MILLIS) * 1_000_000L;
      lastShownAt = Math.max(lastShownAt, scheduler.nanos() + lag);
      late.add(new Late(lastShownAt, change.key(), after));
    }
  }

  void catchUp() {
    show(Long.MAX_VALUE);
  }

  private void show(long until) {
    while (!late.isEmpty() && late.peek().shownAt() <= until) {
      Late change = late.poll();
      Entry old = entries.remove(change.key());
      if (old != null) {
        shard(old.shard()).remove(old);
      }
      Entry entry = change.entry();
      if (entry != null) {
        entries.put(change.key(), entry);
        shard(entry.shard()).add(entry);
      }
    }
  }

  private NavigableSet<Entry> shard(String shard) {
    return shards.computeIfAbsent(shard, s -> new TreeSet<>(Entry.ORDER));
  }

  List<Item> query(String shard, long from, long to, @Nullable Item after, int limit) {
    show(scheduler.nanos());
    Entry last = after == null ? null : Entry.of(Attributes.of(after).key(), after);
    List<Item> found = new ArrayList<>();
    for (Entry entry : shard(shard)) {
      boolean isIn = entry.at() >= from && entry.at() <= to;
      if (isIn && (last == null || Entry.ORDER.compare(entry, last) > 0)) {
        if (found.size() == limit) {
          break;
        }
        found.add(entry.item());
      }
    }
    return found;
  }
}
