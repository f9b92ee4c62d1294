package dev.peras.table;

import java.util.Comparator;

/**
 * The key of an item.
 *
 * @param pk the partition: items that are read or written together share it
 * @param sk the item's name in its partition
 */
public record Key(String pk, String sk) {
  /** Partition by partition, and in each as DynamoDB orders. */
  public static final Comparator<Key> ORDER =
      Comparator.comparing(Key::pk, Key::compare).thenComparing(Key::sk, Key::compare);

  /** Compares texts as DynamoDB does: by their bytes in UTF-8, which is by their code points. */
  public static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // What takes two chars comes after all that takes one.
        return Character.isSurrogate(x) == Character.isSurrogate(y)
            ? Character.compare(x, y)
            : Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y));
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
