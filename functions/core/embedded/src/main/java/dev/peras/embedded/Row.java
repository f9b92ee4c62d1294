package dev.peras.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An item as it is stored: its key, itself as JSON, what it is indexed by, and a checksum of all of
 * it, for SQLite notices damage to its own structures only.
 *
 * @param dueShard null, and {@code dueAt} too, for what is not in that index
 * @param dueAt in the index's own unit
 * @param ttl from when on it may go, in seconds since 1970; null to stay
 */
@SuppressWarnings("ArrayRecordComponent") // stored, never compared
record Row(
    Key key, byte[] json, @Nullable String dueShard, @Nullable Long dueAt, @Nullable Long ttl) {

  static Row of(Item item) {
    Long dueAt = number(item, Table.DUE_AT);
    String dueShard = dueAt == null ? null : item.optionalText(Table.DUE_SHARD);
    return new Row(
        item.key(),
        ItemJson.write(item),
        dueShard,
        dueShard == null ? null : dueAt,
        number(item, Table.TTL));
  }

  private static @Nullable Long number(Item item, String name) {
    return item.has(name) ? item.number(name) : null;
  }

  Item item() {
    return ItemJson.read(key, json);
  }

  int checksum() {
    var crc = new CRC32C();
    for (Object part : new @Nullable Object[] {key.pk(), key.sk(), dueShard, dueAt, ttl}) {
      crc.update(String.valueOf(part).getBytes(UTF_8));
      crc.update(0);
    }
    crc.update(json);
    return (int) crc.getValue();
  }
}
