package dev.peras.store.simulation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thread of control: it sends one request after another, each through some process. */
final class Agent {
  private final int number;
  private final String name;
  private Runnable life = () -> {};

  /** What it is doing now; null between requests. */
  @Nullable Request request;

  @Nullable Instance process;

  /** The clock of its process when the call began. */
  Instant calledAt = Instant.EPOCH;

  /** What the model saw of its limits while the call went on. */
  @Nullable Watch watch;

  Agent(int number, String name) {
    this.number = number;
    this.name = name;
  }

  void lives(Runnable itsLife) {
    this.life = itsLife;
  }

  void run() {
    life.run();
  }

  int number() {
    return number;
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * Whether a limit really could refuse a call, at any moment while it went on.
   *
   * @see Model#look
   */
  static final class Watch {
    final String customerId;
    final @Nullable String sessionId;

    /** What a hold asks for; null for a start, which a cap refuses only when it is reached. */
    final @Nullable BigDecimal amount;

    final Set<String> periods = new HashSet<>();
    boolean customerCouldNotPay;
    boolean sessionCouldNotPay;

    Watch(String customerId, @Nullable String sessionId, @Nullable BigDecimal amount) {
      this.customerId = customerId;
      this.sessionId = sessionId;
      this.amount = amount;
    }
  }
}
