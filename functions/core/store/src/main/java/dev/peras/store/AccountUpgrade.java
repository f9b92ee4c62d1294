package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings an account that version 0.1.0 wrote to what this version needs, when it is first met.
 *
 * <p>There, the sum of the claims was all that an account knew of its open sessions. That is a
 * loose share each, of which nothing is booked; and every one of them had a pointer from its
 * customer. So the account is the sums of before, and these pointers are what is written. It may
 * break off anywhere and be done again: until its last transaction, which depends on the version of
 * before, nothing has changed.
 */
final class AccountUpgrade {
  private static final int PAGE = 1_000;

  private AccountUpgrade() {}

  /**
   * The account, if version 0.1.0 has left one.
   *
   * @throws Conflict when somebody else has brought it here, or changed it
   */
  static @Nullable Account find(Table table, AccountKey key) {
    Item old = table.get(Keys.oldAccount(key));
    if (old == null) {
      return null;
    }
    Account account = AccountItem.read(old);
    pointAtOpenSessions(table, key);
    try {
      table.transact(
          List.of(
              AccountItem.create(account),
              new Write.Delete(
                  Keys.oldAccount(key), Condition.equal("version", account.version()))));
    } catch (WriteRefused e) {
      throw new Conflict("the account " + key + " is brought up to date by others");
    }
    return AccountItem.stored(account);
  }

  private static void pointAtOpenSessions(Table table, AccountKey key) {
    Set<String> pointed = ids(table, Keys.accountPk(key), Keys.LOOSE_PREFIX);
    String prefix = Keys.openPrefix(key.period());
    List<Write> writes = new ArrayList<>();
    for (String id : ids(table, Keys.customer(key.customerId()), prefix)) {
      if (!pointed.contains(id)) {
        writes.add(new Write.Put(Item.at(Keys.loose(key, id)).item(), Condition.none()));
      }
      if (writes.size() == Table.MAX_WRITES) {
        table.transact(writes);
        writes.clear();
      }
    }
    if (!writes.isEmpty()) {
      table.transact(writes);
    }
  }

  private static Set<String> ids(Table table, String pk, String prefix) {
    Set<String> ids = new HashSet<>();
    String after = null;
    List<Item> page;
    do {
      page = table.query(pk, prefix, after, PAGE);
      for (Item item : page) {
        Key key = item.key();
        ids.add(key.sk().substring(prefix.length()));
        after = key.sk();
      }
    } while (page.size() == PAGE);
    return ids;
  }
}
