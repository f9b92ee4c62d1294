package dev.peras.deliverwebhooks;

import dev.peras.store.Delivery;
import dev.peras.store.Endpoint;
import dev.peras.store.Endpoints;
import dev.peras.store.Outbox;
import dev.peras.webhooks.Message;
import dev.peras.webhooks.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Hands alerts over and posts them. Thread-safe.
 *
 * <p>Endpoints are served side by side, each one's deliveries one after the other, so that a slow
 * one delays nobody else. Whatever the deliverer dies between, another one goes on.
 */
final class Deliverer {
  /** For how long a run looks after an endpoint that has recovered: the index lags. */
  private static final Duration AFTER_RECOVERY = Duration.ofMinutes(10);

  private final Outbox outbox;
  private final Endpoints endpoints;
  private final Parts parts;

  /** Posts a message once. */
  @FunctionalInterface
  interface Post {
    Outcome post(Message message, URI url);
  }

  /** What posting takes. */
  record Parts(Destinations destinations, Post post, InstantSource clock, RandomGenerator random) {}

  Deliverer(Outbox outbox, Endpoints endpoints, Parts parts) {
    this.outbox = outbox;
    this.endpoints = endpoints;
    this.parts = parts;
  }

  /** What a run came to. */
  record Result(int handedOver, int sent, int failed, int postponed, int dead, int faults) {
    /** Most minutes there is nothing to do. */
    boolean isNothing() {
      return handedOver + sent + failed + postponed + dead + faults == 0;
    }

    Map<String, Object> shown() {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("handed_over", handedOver);
      shown.put("sent", sent);
      shown.put("failed", failed);
      shown.put("postponed", postponed);
      shown.put("dead", dead);
      shown.put("faults", faults);
      return shown;
    }
  }

  /**
   * Delivers.
   *
   * @param alertIds those to look after; none for all that is due
   */
  Result run(List<String> alertIds, BooleanSupplier hasTime) {
    Run run = new Run(hasTime);
    if (!alertIds.isEmpty()) {
      run.deliver(run.handOver(alertIds));
      return run.counts.result();
    }
    Map<String, Delivery> due = run.recovered();
    int settled;
    do {
      settled = run.counts.settled();
      due.putAll(run.handOver(outbox.notHandedOver()));
      outbox.due().forEach(delivery -> due.put(name(delivery), delivery));
      run.deliver(due);
      due.clear();
      // There may be more than one look shows.
    } while (run.counts.settled() > settled && hasTime.getAsBoolean());
    return run.counts.result();
  }

  private static String name(Delivery delivery) {
    return delivery.alertId() + " " + delivery.endpointId();
  }

  /** One run, with its counts. */
  private final class Run {
    private final BooleanSupplier hasTime;
    private final Counts counts = new Counts();

    Run(BooleanSupplier hasTime) {
      this.hasTime = hasTime;
    }

    /** What waits for endpoints that have recovered since, and that nobody has freed. */
    Map<String, Delivery> recovered() {
      Instant now = parts.clock().instant();
      Set<String> recovered =
          endpoints.list().stream()
              .filter(endpoint -> hasRecovered(endpoint, now))
              .map(Endpoint::id)
              .collect(Collectors.toSet());
      Map<String, Delivery> waiting = new LinkedHashMap<>();
      if (!recovered.isEmpty()) {
        outbox.waitingFor(recovered).forEach(delivery -> waiting.put(name(delivery), delivery));
      }
      return waiting;
    }

    private boolean hasRecovered(Endpoint endpoint, Instant now) {
      Instant at = endpoint.health().recoveredAt();
      return at != null
          && endpoint.health().failures() == 0
          && now.isBefore(at.plus(AFTER_RECOVERY));
    }

    /** Hands alerts over; returns what is due of them. */
    Map<String, Delivery> handOver(List<String> alertIds) {
      Map<String, Delivery> due = new LinkedHashMap<>();
      for (String alertId : alertIds) {
        if (!hasTime.getAsBoolean()) {
          break;
        }
        try {
          if (outbox.handOver(alertId)) {
            counts.handedOver();
          }
          outbox.due(alertId).forEach(delivery -> due.put(name(delivery), delivery));
        } catch (RuntimeException e) {
          // The index still has it: the next run goes on with it.
          counts.fault("alert " + alertId + " could not be handed over", e);
        }
      }
      return due;
    }

    void deliver(Map<String, Delivery> due) {
      Map<String, List<Delivery>> byEndpoint = new TreeMap<>();
      for (Delivery delivery : due.values()) {
        byEndpoint.computeIfAbsent(delivery.endpointId(), id -> new ArrayList<>()).add(delivery);
      }
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        byEndpoint.forEach((id, its) ->
            threads.execute(
                () -> new EndpointRun(outbox, endpoints, parts, counts, hasTime, id).serve(its)));
      }
    }
  }
}
