package dev.peras.local;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.table.Transactions.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Stands in for the table's stream and Lambda's reading of it: calls functions with the changes
 * that their filters let through, as soon as they are durable. It begins with what comes after its
 * start; what came before, the schedule finds. Changes are handed over with their keys alone.
 */
final class ChangeFeed implements AutoCloseable {
  private static final int MOST_AT_ONCE = 100;
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Template.StreamTrigger> triggers;
  private final Map<String, LocalFunction> functions;
  private final Consumer<String> log;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final Thread thread;

  private record Call(Template.StreamTrigger trigger, ObjectNode event) {}

  ChangeFeed(
      List<Template.StreamTrigger> triggers,
      Map<String, LocalFunction> functions,
      Consumer<String> log) {
    this.triggers = triggers;
    this.functions = functions;
    this.log = log;
    this.thread = Thread.ofPlatform().daemon().name("changes").start(this::run);
  }

  /** Takes what has changed. Functions are called by another thread. */
  void committed(List<Change> changes) {
    for (Change change : changes) {
      ObjectNode event = event(change);
      for (Template.StreamTrigger trigger : triggers) {
        if (StreamFilter.matches(trigger.pattern(), event)) {
          calls.add(new Call(trigger, event));
        }
      }
    }
  }

  private void run() {
    try {
      while (true) {
        List<Call> next = new ArrayList<>(List.of(calls.take()));
        calls.drainTo(next, MOST_AT_ONCE - 1);
        for (Template.StreamTrigger trigger : triggers) {
          ArrayNode records = JSON.createArrayNode();
          next.stream()
              .filter(c -> c.trigger().equals(trigger))
              .forEach(c -> records.add(c.event()));
          if (!records.isEmpty()) {
            call(trigger, records);
          }
        }
      }
    } catch (InterruptedException e) {
      // Closed: what is left, the schedule finds next time.
    }
  }

  private void call(Template.StreamTrigger trigger, ArrayNode records) {
    LocalFunction function = Objects.requireNonNull(functions.get(trigger.function()));
    try {
      String unused =
          function.invokeJson(JSON.createObjectNode().set("Records", records).toString());
    } catch (Problem | RuntimeException | LinkageError e) {
      log.accept(function.name() + " failed on a change: " + e);
    }
  }

  private static ObjectNode event(Change change) {
    ObjectNode event = JSON.createObjectNode();
    event.put("eventID", UUID.randomUUID().toString());
    event.put(
        "eventName",
        change.before() == null ? "INSERT" : change.after() == null ? "REMOVE" : "MODIFY");
    event.put("eventSource", "aws:dynamodb");
    ObjectNode keys = event.putObject("dynamodb").putObject("Keys");
    keys.putObject("pk").put("S", change.key().pk());
    keys.putObject("sk").put("S", change.key().sk());
    return event;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
