package dev.peras.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes conditions and changes as DynamoDB expressions, with a placeholder for every name and
 * value, so that no name can clash with a reserved word.
 */
final class Expressions {
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, AttributeValue> values = new HashMap<>();

  Map<String, String> names() {
    return names;
  }

  Map<String, AttributeValue> values() {
    return values;
  }

  String condition(Condition condition) {
    return switch (condition) {
      case Condition.Absent absent -> "attribute_not_exists(" + name("pk") + ")";
      case Condition.Exists exists -> "attribute_exists(" + name("pk") + ")";
      case Condition.Equal equal -> name(equal.name()) + " = " + value(equal.value());
      case Condition.Greater greater -> name(greater.name()) + " > " + value(greater.value());
      case Condition.Less less -> name(less.name()) + " < " + value(less.value());
      case Condition.AtLeast least -> name(least.name()) + " >= " + value(least.value());
      case Condition.AtMost most -> name(most.name()) + " <= " + value(most.value());
      case Condition.Missing missing -> "attribute_not_exists(" + name(missing.name()) + ")";
      case Condition.Present present -> "attribute_exists(" + name(present.name()) + ")";
      case Condition.Any any -> joined(any.conditions(), " OR ");
      case Condition.All all -> joined(all.conditions(), " AND ");
    };
  }

  /** Nested expressions are put in parentheses. */
  private String joined(List<Condition> conditions, String by) {
    return conditions.stream()
        .map(each -> {
          boolean isJoined = each instanceof Condition.All || each instanceof Condition.Any;
          return isJoined ? "(" + condition(each) + ")" : condition(each);
        })
        .collect(Collectors.joining(by));
  }

  String changes(List<Write.Change> changes) {
    StringJoiner sets = new StringJoiner(", ", "SET ", " ").setEmptyValue("");
    StringJoiner adds = new StringJoiner(", ", "ADD ", " ").setEmptyValue("");
    StringJoiner removes = new StringJoiner(", ", "REMOVE ", " ").setEmptyValue("");
    for (Write.Change change : changes) {
      switch (change) {
        case Write.Change.Set set -> sets.add(name(set.name()) + " = " + value(set.value()));
        case Write.Change.Add add -> adds.add(name(add.name()) + " " + value(add.number()));
        case Write.Change.Remove remove -> removes.add(name(remove.name()));
      }
    }
    return (sets.toString() + adds + removes).strip();
  }

  private String name(String name) {
    String placeholder = "#" + name;
    names.put(placeholder, name);
    return placeholder;
  }

  private String value(AttributeValue value) {
    String placeholder = ":v" + values.size();
    values.put(placeholder, value);
    return placeholder;
  }
}
