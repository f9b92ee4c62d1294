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

  /** The attribute is a number less than this one. */
  record Less(String name, AttributeValue value) implements Condition {}

  /** The attribute is a number, and this one or a greater one. */
  record AtLeast(String name, AttributeValue value) implements Condition {}

  /** The attribute is a number, and this one or a lesser one. */
  record AtMost(String name, AttributeValue value) implements Condition {}

  /** Something has this key, or nothing has, and the attribute is not there. */
  record Missing(String name) implements Condition {}

  /** The attribute is there, whatever its value. */
  record Present(String name) implements Condition {}

  /** One of them holds, or more; there is at least one. */
  record Any(List<Condition> conditions) implements Condition {
    public Any {
      conditions = List.copyOf(conditions);
      if (conditions.isEmpty()) {
        throw new IllegalArgumentException("none of no conditions can hold");
      }
    }
  }

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

  static Condition any(Condition... conditions) {
    return new Any(List.of(conditions));
  }

  static Condition all(Condition... conditions) {
    return new All(List.of(conditions));
  }
}
