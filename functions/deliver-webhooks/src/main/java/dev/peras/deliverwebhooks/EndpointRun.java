package dev.peras.deliverwebhooks;

import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.store.Delivery;
import dev.peras.store.Endpoint;
import dev.peras.store.Endpoints;
import dev.peras.store.Outbox;
import dev.peras.webhooks.Backoff;
import dev.peras.webhooks.Destination;
import dev.peras.webhooks.Format;
import dev.peras.webhooks.Message;
import dev.peras.webhooks.Messages;
import dev.peras.webhooks.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run's deliveries to one endpoint, one after the other, those with the fewest attempts first.
 *
 * <p>Two kinds of failure are told apart. An endpoint that is down takes nothing: it is paused,
 * with all that waits for it, and the moment that it takes anything it gets all the rest. A message
 * that the endpoint refuses, or that fails time and again while the endpoint takes others, has
 * pauses of its own, and holds up nothing else.
 */
final class EndpointRun {
  /** Of one message. */
  private static final int MAX_ATTEMPTS = 8;

  /** From how many failures of its own on a message waits for itself alone. */
  private static final int SUSPICIOUS = 3;

  /** An alert that is older than this is no news any more. */
  private static final Duration MAX_AGE = Duration.ofDays(3);

  /** From how many on a chat gets one message about all: people's tools take about one a second. */
  private static final int DIGEST_FROM = 4;

  private static final int MAX_IN_DIGEST = 20;

  private static final int GONE = 410;
  private static final String NO_MORE = "the endpoint wants no more: it answered 410 Gone";

  private static final Comparator<Delivery> FEWEST_ATTEMPTS_FIRST =
      Comparator.comparingInt(Delivery::attempts)
          .thenComparing(Delivery::createdAt)
          .thenComparing(Delivery::alertId);

  private final Outbox outbox;
  private final Endpoints endpoints;
  private final Deliverer.Parts parts;
  private final Counts counts;
  private final BooleanSupplier hasTime;
  private final String endpointId;
  private List<Delivery> queue = new ArrayList<>();

  EndpointRun(
      Outbox outbox,
      Endpoints endpoints,
      Deliverer.Parts parts,
      Counts counts,
      BooleanSupplier hasTime,
      String endpointId) {
    this.outbox = outbox;
    this.endpoints = endpoints;
    this.parts = parts;
    this.counts = counts;
    this.hasTime = hasTime;
    this.endpointId = endpointId;
  }

  /** Delivers what is due. Nothing is thrown: what could not be done is left to the next run. */
  void serve(List<Delivery> due) {
    try {
      queue.addAll(due);
      while (!queue.isEmpty() && hasTime.getAsBoolean() && serveNext()) {
        // Until nothing is left, or nothing more can be done.
      }
      // What was only freed by this run would wait for its old time.
      queue.stream().filter(Delivery::waitsForEndpoint).forEach(outbox::free);
    } catch (RuntimeException e) {
      counts.fault("webhook endpoint " + endpointId + " could not be served", e);
    }
  }

  /** Posts the next message; returns whether to go on. */
  private boolean serveNext() {
    // As it is now: it may have been changed, removed or given away since the last message.
    Endpoint endpoint = endpoints.find(endpointId);
    if (endpoint == null) {
      queue.forEach(delivery -> giveUp(delivery, "the endpoint was removed"));
      return nothingLeft();
    }
    Instant until = endpoint.health().pausedUntil();
    if (until != null && endpoint.isPausedAt(now())) {
      return postponeAll(until, "the endpoint is paused after a failure");
    }
    Destination destination;
    try {
      destination = parts.destinations().of(endpoint, now());
    } catch (IllegalArgumentException e) {
      // What nobody can send must not stay ahead of all others in the index.
      counts.fault("webhook endpoint " + endpointId + " can't be opened", e);
      Instant next = pause(endpoint, null);
      return postponeAll(next, "the endpoint's secrets can't be opened with this key");
    }
    queue.sort(FEWEST_ATTEMPTS_FIRST);
    List<Delivery> next = next(destination);
    queue.removeAll(next);
    Attempt attempt = attempt(endpoint, destination, next);
    return attempt == null || settle(endpoint, attempt);
  }

  private boolean nothingLeft() {
    queue = new ArrayList<>();
    return false;
  }

  private boolean postponeAll(Instant until, String reason) {
    queue.forEach(delivery -> postpone(delivery, until, reason));
    return nothingLeft();
  }

  /** The deliveries that the next message is about. */
  private List<Delivery> next(Destination destination) {
    if (destination.format().digests()) {
      // Whichever of a digest was refused is found by sending each alone.
      List<Delivery> fresh =
          queue.stream()
              .filter(delivery -> delivery.schedule().waiting() != Delivery.Waiting.ITSELF)
              .limit(MAX_IN_DIGEST)
              .toList();
      if (fresh.size() >= DIGEST_FROM) {
        return fresh;
      }
    }
    return List.of(queue.getFirst());
  }

  /** What came of posting some deliveries. */
  private record Attempt(List<Delivery> leased, Outcome outcome) {}

  /** Posts some deliveries as one message; null where there was nothing left to post. */
  private @Nullable Attempt attempt(
      Endpoint endpoint, Destination destination, List<Delivery> deliveries) {
    List<Delivery> leased = new ArrayList<>();
    List<AlertReport> reports = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      try {
        AlertReport report = outbox.find(delivery.alertId());
        String objection = objection(delivery, endpoint, report);
        if (report == null || objection != null) {
          giveUp(delivery, String.valueOf(objection));
        } else {
          Delivery its = outbox.lease(delivery);
          if (its != null) {
            leased.add(its);
            reports.add(report);
          }
        }
      } catch (RuntimeException e) {
        counts.fault("alert " + delivery.alertId() + " could not be read", e);
      }
    }
    return leased.isEmpty() ? null : new Attempt(leased, post(destination, reports));
  }

  private @Nullable String objection(
      Delivery delivery, Endpoint endpoint, @Nullable AlertReport report) {
    if (report == null) {
      return "the alert is not kept any more";
    }
    String objection = delivery.objection(endpoint, report.alert());
    boolean keepsIncidents =
        endpoint.address().format().equals(Format.PAGERDUTY.wireName())
            && report.alert().type() != AlertType.WEBHOOK_TEST;
    return objection == null && keepsIncidents && outbox.isOutdated(report)
        ? "a later alert of the same incident has taken its place"
        : objection;
  }

  private Outcome post(Destination destination, List<AlertReport> reports) {
    try {
      Message message =
          reports.size() == 1
              ? Messages.of(reports.getFirst(), destination, now())
              : Messages.digest(reports, destination);
      return parts.post().post(message, destination.url());
    } catch (RuntimeException e) {
      counts.fault("an alert could not be posted to " + endpointId, e);
      return new Outcome.Refused(null, "the message could not be made or posted");
    }
  }

  /** Takes in what an attempt came to; returns whether to go on with the rest. */
  private boolean settle(Endpoint endpoint, Attempt attempt) {
    return switch (attempt.outcome()) {
      case Outcome.Delivered delivered -> {
        attempt.leased().forEach(delivery -> outbox.sent(delivery, delivered.status()));
        counts.sent(attempt.leased().size());
        if (endpoint.health().failures() > 0) {
          endpoints.recovered(endpoint, now());
          addFreed();
        }
        yield true;
      }
      case Outcome.Gone gone -> {
        attempt.leased().forEach(delivery -> dead(delivery, GONE, NO_MORE));
        endpoints.disable(endpoint, "it answered 410 Gone");
        queue.forEach(delivery -> giveUp(delivery, NO_MORE));
        yield nothingLeft();
      }
      case Outcome.Refused refused -> {
        attempt.leased().forEach(delivery -> refused(delivery, refused));
        yield true;
      }
      case Outcome.Failed failure -> failed(endpoint, attempt.leased(), failure);
    };
  }

  /** The endpoint takes something again: so it gets all that waits for it, whenever that is due. */
  private void addFreed() {
    Set<String> known = new HashSet<>();
    queue.forEach(delivery -> known.add(delivery.alertId()));
    outbox.waitingFor(Set.of(endpointId)).stream()
        .filter(delivery -> known.add(delivery.alertId()))
        .forEach(queue::add);
  }

  private void refused(Delivery delivery, Outcome.Refused refused) {
    Duration pause = Backoff.ofRefused(delivery.ownFailures() + 1, parts.random());
    waitForItself(delivery, pause, refused.status(), refused.reason());
  }

  private void waitForItself(
      Delivery delivery, @Nullable Duration pause, @Nullable Integer status, String reason) {
    if (pause == null || isSpent(delivery)) {
      dead(delivery, status, reason);
    } else {
      Instant next = now().plus(pause);
      outbox.failedItself(delivery, next, Delivery.Waiting.ITSELF, status, reason);
      counts.failed();
    }
  }

  private boolean failed(Endpoint endpoint, List<Delivery> leased, Outcome.Failed failure) {
    // An endpoint that took the message before this one may well be up.
    boolean tookOthers = endpoint.health().failures() == 0;
    boolean isSuspicious =
        tookOthers
            && leased.stream().allMatch(delivery -> delivery.ownFailures() + 1 >= SUSPICIOUS);
    if (isSuspicious) {
      for (Delivery delivery : leased) {
        Duration own = Backoff.ofMessage(delivery.attempts(), parts.random());
        waitForItself(delivery, own, failure.status(), failure.reason());
      }
      return true;
    }
    Instant paused = pause(endpoint, failure.retryAfter());
    for (Delivery delivery : leased) {
      Duration own = Backoff.ofMessage(delivery.attempts(), parts.random());
      if (own == null || isSpent(delivery)) {
        dead(delivery, failure.status(), failure.reason());
        continue;
      }
      Instant its = now().plus(own);
      Instant next = its.isAfter(paused) ? its : paused;
      if (tookOthers) {
        outbox.failedItself(
            delivery, next, Delivery.Waiting.ENDPOINT, failure.status(), failure.reason());
      } else {
        outbox.failed(delivery, next, failure.status(), failure.reason());
      }
      counts.failed();
    }
    return postponeAll(paused, "the endpoint is paused: " + failure.reason());
  }

  /** Pauses the endpoint after one more failure; returns until when. */
  private Instant pause(Endpoint endpoint, @Nullable Duration retryAfter) {
    int failures = endpoint.health().failures() + 1;
    Instant until = now().plus(Backoff.ofEndpoint(failures, parts.random(), retryAfter));
    endpoints.pause(endpoint, failures, until);
    return until;
  }

  private boolean isSpent(Delivery delivery) {
    return delivery.attempts() >= MAX_ATTEMPTS || isOld(delivery);
  }

  private void giveUp(Delivery delivery, String why) {
    dead(delivery, null, why);
  }

  private void dead(Delivery delivery, @Nullable Integer status, String why) {
    outbox.dead(delivery, status, why);
    counts.dead();
  }

  private void postpone(Delivery delivery, Instant until, String reason) {
    if (isOld(delivery)) {
      giveUp(
          delivery, "the endpoint has not taken anything for %d days".formatted(MAX_AGE.toDays()));
      return;
    }
    outbox.postpone(delivery, until, reason);
    counts.postponed();
  }

  private boolean isOld(Delivery delivery) {
    return delivery.createdAt().plus(MAX_AGE).isBefore(now());
  }

  private Instant now() {
    return parts.clock().instant();
  }
}
