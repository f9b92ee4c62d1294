package dev.peras.engine;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A usage event in the making: one model call, told in a test by what matters there. */
final class Call {
  private final String id;
  private @Nullable String model;
  private Tokens tokens = new Tokens(1_000, 0, 0, 0, 0, 0);
  private boolean batch;
  private int toolCalls;
  private @Nullable Hash prompt;
  private @Nullable Hash result;
  private @Nullable Usd cost;
  private @Nullable Instant occurredAt;
  private @Nullable String holdId;
  private Map<String, String> tags = Map.of();

  private Call(String id) {
    this.id = id;
  }

  /** A call of the session's model with a prompt of 1,000 tokens. */
  static Call named(String id) {
    return new Call(id);
  }

  Call model(String name) {
    model = name;
    return this;
  }

  Call tokens(Tokens counts) {
    tokens = counts;
    return this;
  }

  Call input(long count) {
    return tokens(Samples.input(count));
  }

  Call batch() {
    batch = true;
    return this;
  }

  Call toolCalls(int count) {
    toolCalls = count;
    return this;
  }

  Call prompt(String text) {
    prompt = Hash.of(text);
    return this;
  }

  Call result(String text) {
    result = Hash.of(text);
    return this;
  }

  Call cost(String usd) {
    cost = Usd.of(usd);
    return this;
  }

  Call at(String instant) {
    return at(Instant.parse(instant));
  }

  Call at(Instant instant) {
    occurredAt = instant;
    return this;
  }

  Call hold(String hold) {
    holdId = hold;
    return this;
  }

  Call tags(Map<String, String> pairs) {
    tags = pairs;
    return this;
  }

  UsageEvent event() {
    return new UsageEvent(
        id, model, tokens, batch, toolCalls, prompt, result, cost, occurredAt, holdId, tags);
  }
}
