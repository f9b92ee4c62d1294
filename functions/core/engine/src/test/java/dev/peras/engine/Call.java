package dev.peras.engine;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.CallTraits;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A usage event in the making: one model call, told in a test by what matters there. */
public final class Call {
  private final String id;
  private @Nullable String model;
  private Tokens tokens = new Tokens(1_000, 0, 0, 0, 0, 0);
  private boolean batch;
  private int toolCalls;
  private @Nullable Hash prompt;
  private @Nullable Hash result;
  private @Nullable String agent;
  private @Nullable Hash action;
  private @Nullable Usd cost;
  private @Nullable Instant occurredAt;
  private @Nullable String holdId;
  private Map<String, String> tags = Map.of();

  private Call(String id) {
    this.id = id;
  }

  /** A call of the session's model with a prompt of 1,000 tokens. */
  public static Call named(String id) {
    return new Call(id);
  }

  public Call model(String name) {
    model = name;
    return this;
  }

  public Call tokens(Tokens counts) {
    tokens = counts;
    return this;
  }

  public Call input(long count) {
    return tokens(Samples.input(count));
  }

  public Call batch() {
    batch = true;
    return this;
  }

  public Call toolCalls(int count) {
    toolCalls = count;
    return this;
  }

  public Call prompt(String text) {
    prompt = Hash.of(text);
    return this;
  }

  public Call result(String text) {
    result = Hash.of(text);
    return this;
  }

  public Call agent(String name) {
    agent = name;
    return this;
  }

  public Call action(String text) {
    action = Hash.of(text);
    return this;
  }

  public Call cost(String usd) {
    cost = Usd.of(usd);
    return this;
  }

  public Call at(String instant) {
    return at(Instant.parse(instant));
  }

  public Call at(Instant instant) {
    occurredAt = instant;
    return this;
  }

  public Call hold(String hold) {
    holdId = hold;
    return this;
  }

  public Call tags(Map<String, String> pairs) {
    tags = pairs;
    return this;
  }

  public UsageEvent event() {
    return UsageEvent.named(id)
        .model(model)
        .tokens(tokens)
        .traits(batch ? CallTraits.BATCH : CallTraits.PLAIN)
        .activity(new Activity(agent, toolCalls, prompt, action, result))
        .cost(cost)
        .occurredAt(occurredAt)
        .holdId(holdId)
        .tags(tags)
        .build();
  }
}
