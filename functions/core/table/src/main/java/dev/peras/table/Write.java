package dev.peras.table;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One item's part in a transaction. */
public sealed interface Write {
  Key key();

  Condition condition();

  /** Stores an item in place of any other with its key. */
  record Put(Item item, Condition condition) implements Write {
    @Override
    public Key key() {
      return item.key();
    }
  }

  /** Changes some attributes of an item. */
  record Update(Key key, List<Change> changes, Condition condition) implements Write {
    public Update {
      changes = List.copyOf(changes);
    }
  }

  record Delete(Key key, Condition condition) implements Write {}

  /** Writes nothing: only its condition counts. */
  record Check(Key key, Condition condition) implements Write {}

  /** A change of one attribute. */
  sealed interface Change {
    String name();

    record Set(String name, AttributeValue value) implements Change {}

    /** Adds to a number; an absent one counts as 0. */
    record Add(String name, AttributeValue number) implements Change {}

    record Remove(String name) implements Change {}
  }
}
