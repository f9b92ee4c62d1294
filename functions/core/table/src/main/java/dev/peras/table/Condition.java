package dev.peras.table;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What must be true of an item for a write to happen. */
public sealed interface Condition {
  /** Nothing has this key. */
  record Absent() implements Condition {}

  /** Something has this key. */
  record Exists() implements Condition {}

  /** The attribute is there and has this value. */
  record Equal(String name, AttributeValue value) implements Condition {}

  /** The attribute is a number greater than this one. */
  record Greater(String name, AttributeValue value) implements Condition {}

  /** All of them hold; an empty list always does. */
  record All(List<Condition> conditions) implements Condition {
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  static Condition none() {
    return new All(List.of());
  }

  static Condition absent() {
    return new Absent();
  }

  static Condition exists() {
    return new Exists();
  }

  static Condition equal(String name, long value) {
    return new Equal(name, AttributeValues.of(value));
  }

  static Condition all(Condition... conditions) {
    return new All(List.of(conditions));
  }
}
