package dev.peras.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Thrown when the condition of a write did not hold. Nothing was written. */
public final class WriteRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Map<Key, Optional<Item>> refused;

  /** Takes the writes whose condition failed, with the item that was there, if any. */
  public WriteRefused(Map<Key, Optional<Item>> refused) {
    super("conditions failed on " + refused.keySet(), null, false, false);
    this.refused = Map.copyOf(refused);
  }

  /** The keys of the writes whose condition failed. */
  public Set<Key> keys() {
    return refused.keySet();
  }

  /** The items that were there. */
  public List<Item> items() {
    return refused.values().stream().flatMap(Optional::stream).toList();
  }

  public boolean concerns(Key key) {
    return refused.containsKey(key);
  }

  /** The item as it was when the condition failed; null where there was none. */
  public @Nullable Item item(Key key) {
    return refused.getOrDefault(key, Optional.empty()).orElse(null);
  }
}
