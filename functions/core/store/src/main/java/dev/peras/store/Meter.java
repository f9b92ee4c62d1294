package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.engine.budgets.Standing;
import dev.peras.table.AttributeValues;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists the accounts of a month, found by the index, each read from its item. */
final class Meter {
  private static final int PAGE = 100;

  private final Table table;

  Meter(Table table) {
    this.table = table;
  }

  Page<Account> page(YearMonth period, Standing.@Nullable State state, @Nullable String cursor) {
    Key start = Cursors.key(cursor);
    int shard = start == null ? 0 : shard(start);
    Item after = start == null ? null : entry(start, period, shard);
    List<Account> accounts = new ArrayList<>();
    while (shard < DueIndex.SHARDS) {
      List<Item> entries = table.due(DueIndex.month(period, shard), 0, Long.MAX_VALUE, after, PAGE);
      for (Item item : table.getAll(entries.stream().map(Item::key).toList())) {
        Account account = AccountItem.read(item);
        if (state == null || account.standing().state() == state) {
          accounts.add(account);
        }
      }
      boolean isShardDone = entries.size() < PAGE;
      after = isShardDone ? null : entries.getLast();
      shard += isShardDone ? 1 : 0;
      if (accounts.size() >= PAGE && shard < DueIndex.SHARDS) {
        return new Page<>(accounts, cursor(shard, after));
      }
    }
    return new Page<>(accounts, null);
  }

  /** Where the list goes on: the shard, and the last entry of it that was read, if any. */
  private static String cursor(int shard, @Nullable Item after) {
    return after == null
        ? Cursors.ofKey(new Key(Integer.toString(shard), "-"))
        : Cursors.ofKey(
            new Key(
                shard + "@" + after.number(Table.DUE_AT),
                Keys.accountKey(after.key()).customerId()));
  }

  private static int shard(Key cursor) {
    try {
      int shard = Integer.parseInt(cursor.pk().split("@", 2)[0]);
      if (shard >= 0 && shard < DueIndex.SHARDS) {
        return shard;
      }
    } catch (NumberFormatException e) {
      // Not one of ours.
    }
    throw invalid();
  }

  private static Refusal invalid() {
    return Refusal.because(new Reason.UnknownCursor());
  }

  private static @Nullable Item entry(Key cursor, YearMonth period, int shard) {
    String[] parts = cursor.pk().split("@", 2);
    if (parts.length < 2) {
      return null;
    }
    Key key = Keys.account(AccountKey.ofMonth(cursor.sk(), period));
    long at = dueAt(parts[1]);
    return new Item(
        Map.of(
            "pk",
            AttributeValues.of(key.pk()),
            "sk",
            AttributeValues.of(key.sk()),
            Table.DUE_SHARD,
            AttributeValues.of(DueIndex.month(period, shard)),
            Table.DUE_AT,
            AttributeValues.of(at)));
  }

  private static long dueAt(String text) {
    try {
      long at = Long.parseLong(text);
      if (at >= 0) {
        return at;
      }
    } catch (NumberFormatException e) {
      // Not one of ours.
    }
    throw invalid();
  }
}
