package dev.peras.deliverwebhooks;

import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.store.Delivery;
import dev.peras.store.Endpoint;
import dev.peras.store.Endpoints;
import dev.peras.store.Outbox;
import dev.peras.webhooks.Backoff;
import dev.peras.webhooks.Destination;
import dev.peras.webhooks.Message;
import dev.peras.webhooks.Messages;
import dev.peras.webhooks.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Hands alerts over and posts them. Thread-safe.
 *
 * <p>Endpoints are served side by side, each one's deliveries one after the other, so that a slow
 * one delays nobody else. After a failure an endpoint is left alone for a while, with all that
 * waits for it; whatever the deliverer dies between, another one goes on.
 */
final class Deliverer {
  private static final System.Logger LOG = System.getLogger(Deliverer.class.getName());

  /** The first, and one after each pause of {@link Backoff}. */
  private static final int MAX_ATTEMPTS = 8;

  private static final int LONGEST_PAUSE = MAX_ATTEMPTS - 1;

  /** An alert that is older than this is no news any more. */
  private static final Duration MAX_AGE = Duration.ofDays(3);

  /** From how many on a chat gets one message about all: people's tools take about one a second. */
  private static final int DIGEST_FROM = 4;

  private static final int MAX_IN_DIGEST = 20;

  private static final int GONE = 410;
  private static final String NO_MORE = "the endpoint wants no more";

  private final Outbox outbox;
  private final Endpoints endpoints;
  private final Destinations targets;
  private final Post post;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Posts a message once. */
  @FunctionalInterface
  interface Post {
    Outcome post(Message message, URI url);
  }

  Deliverer(
      Outbox outbox,
      Endpoints endpoints,
      Destinations targets,
      Post post,
      InstantSource clock,
      RandomGenerator random) {
    this.outbox = outbox;
    this.endpoints = endpoints;
    this.targets = targets;
    this.post = post;
    this.clock = clock;
    this.random = random;
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
      return run.result();
    }
    int sent;
    do {
      sent = run.sent.get();
      Map<String, Delivery> due = run.handOver(outbox.notHandedOver());
      outbox.due().forEach(delivery -> due.put(name(delivery), delivery));
      run.deliver(due);
      // There may be more than one look shows.
    } while (run.sent.get() > sent && hasTime.getAsBoolean());
    return run.result();
  }

  private static String name(Delivery delivery) {
    return delivery.alertId() + " " + delivery.endpointId();
  }

  /** One run, with its counts. */
  private final class Run {
    private final BooleanSupplier hasTime;
    private final AtomicInteger handedOver = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger postponed = new AtomicInteger();
    private final AtomicInteger dead = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();

    Run(BooleanSupplier hasTime) {
      this.hasTime = hasTime;
    }

    Result result() {
      return new Result(
          handedOver.get(), sent.get(), failed.get(), postponed.get(), dead.get(), faults.get());
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
            handedOver.incrementAndGet();
          }
          outbox.due(alertId).forEach(delivery -> due.put(name(delivery), delivery));
        } catch (RuntimeException e) {
          // The index still has it: the next run goes on with it.
          fault("alert " + alertId + " could not be handed over", e);
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
        byEndpoint.forEach((id, its) -> threads.execute(() -> tryDeliver(id, its)));
      }
    }

    private void tryDeliver(String endpointId, List<Delivery> due) {
      try {
        due.sort(Comparator.comparing(Delivery::createdAt).thenComparing(Delivery::alertId));
        deliver(endpointId, due);
      } catch (RuntimeException e) {
        fault("webhook endpoint " + endpointId + " could not be served", e);
      }
    }

    private void deliver(String endpointId, List<Delivery> due) {
      Endpoint endpoint = endpoints.find(endpointId);
      if (endpoint == null) {
        due.forEach(delivery -> giveUp(delivery, "the endpoint was removed"));
        return;
      }
      Instant until = endpoint.pausedUntil();
      if (until != null && endpoint.isPausedAt(clock.instant())) {
        due.forEach(delivery -> postpone(delivery, until));
        return;
      }
      Destination target;
      try {
        target = targets.of(endpoint, clock.instant());
      } catch (IllegalArgumentException e) {
        // What nobody can send must not stay ahead of all others in the index.
        fault("webhook endpoint " + endpointId + " can't be opened", e);
        Instant next = nextAttempt(endpoint, null);
        endpoints.pause(endpointId, endpoint.failures() + 1, next);
        due.forEach(delivery -> postpone(delivery, next));
        return;
      }
      int at = 0;
      while (at < due.size() && hasTime.getAsBoolean()) {
        int left = due.size() - at;
        boolean isDigest = target.format().digests() && left >= DIGEST_FROM;
        int count = isDigest ? Math.min(left, MAX_IN_DIGEST) : 1;
        Attempt attempt = attempt(endpoint, target, due.subList(at, at + count));
        at += count;
        if (attempt != null && !settle(endpoint, attempt, due.subList(at, due.size()))) {
          return;
        }
      }
    }

    /** Takes in what an attempt came to; returns whether to go on with the rest. */
    private boolean settle(Endpoint endpoint, Attempt attempt, List<Delivery> rest) {
      return switch (attempt.outcome()) {
        case Outcome.Delivered delivered -> {
          attempt.leased().forEach(delivery -> outbox.sent(delivery, delivered.status()));
          sent.addAndGet(attempt.leased().size());
          if (endpoint.failures() > 0) {
            endpoints.resume(endpoint.id());
          }
          yield true;
        }
        case Outcome.Gone gone -> {
          attempt.leased().forEach(delivery -> outbox.dead(delivery, GONE, NO_MORE));
          dead.addAndGet(attempt.leased().size());
          endpoints.disable(endpoint.id(), "it answered 410 Gone");
          rest.forEach(delivery -> giveUp(delivery, NO_MORE));
          yield false;
        }
        case Outcome.Failed failure -> {
          Instant next = nextAttempt(endpoint, failure.retryAfter());
          attempt.leased().forEach(delivery -> failed(delivery, failure, next));
          endpoints.pause(endpoint.id(), endpoint.failures() + 1, next);
          rest.forEach(delivery -> postpone(delivery, next));
          yield false;
        }
      };
    }

    /** What came of posting some deliveries. */
    private record Attempt(List<Delivery> leased, Outcome outcome) {}

    /** Posts some deliveries as one message; null where there was nothing left to post. */
    private @Nullable Attempt attempt(
        Endpoint endpoint, Destination target, List<Delivery> deliveries) {
      List<Delivery> leased = new ArrayList<>();
      List<AlertReport> reports = new ArrayList<>();
      for (Delivery delivery : deliveries) {
        AlertReport report = outbox.find(delivery.alertId());
        if (report == null) {
          giveUp(delivery, "the alert is not kept any more");
        } else if (!endpoint.enabled() && report.alert().type() != AlertType.WEBHOOK_TEST) {
          giveUp(delivery, "the endpoint is disabled");
        } else {
          Delivery its = outbox.lease(delivery);
          if (its != null) {
            leased.add(its);
            reports.add(report);
          }
        }
      }
      if (leased.isEmpty()) {
        return null;
      }
      Instant now = clock.instant();
      Message message =
          reports.size() == 1
              ? Messages.of(reports.getFirst(), target, now)
              : Messages.digest(reports, target);
      return new Attempt(leased, post.post(message, target.url()));
    }

    private void failed(Delivery delivery, Outcome.Failed failure, Instant next) {
      if (delivery.attempts() >= MAX_ATTEMPTS || isOld(delivery)) {
        outbox.dead(delivery, failure.status(), failure.reason());
        dead.incrementAndGet();
      } else {
        outbox.failed(delivery, next, failure.status(), failure.reason());
        failed.incrementAndGet();
      }
    }

    private Instant nextAttempt(Endpoint endpoint, @Nullable Duration retryAfter) {
      int failures = Math.min(endpoint.failures() + 1, LONGEST_PAUSE);
      Duration delay = Backoff.next(failures, random, retryAfter);
      return clock.instant().plus(Objects.requireNonNull(delay));
    }

    private void giveUp(Delivery delivery, String why) {
      outbox.dead(delivery, null, why);
      dead.incrementAndGet();
    }

    private void postpone(Delivery delivery, Instant until) {
      if (isOld(delivery)) {
        giveUp(
            delivery,
            "the endpoint has not taken anything for %d days".formatted(MAX_AGE.toDays()));
        return;
      }
      outbox.postpone(delivery, until);
      postponed.incrementAndGet();
    }

    private boolean isOld(Delivery delivery) {
      return delivery.createdAt().plus(MAX_AGE).isBefore(clock.instant());
    }

    private void fault(String what, RuntimeException why) {
      faults.incrementAndGet();
      LOG.log(System.Logger.Level.WARNING, what, why);
    }
  }
}
