package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Projection;
import dev.peras.engine.sessions.ModelSum;
import dev.peras.engine.sessions.Session;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Alerts on their way to webhook endpoints. Thread-safe.
 *
 * <p>An alert is written with what it tells of. It is handed over once: then it has its number, and
 * a delivery for each endpoint that wants it. A delivery is leased for each attempt and is sent
 * only when the receiver has said so; a lease that nobody ends runs out, and another attempt is
 * made under the same id. Whatever stops in between, the index of what is due remembers.
 */
public final class Outbox {
  /** Longer than any attempt takes. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final int PAGE = 100;
  private static final int LONG_PAGE = 1_000;
  private static final int TOP = 5;

  /** Of how many sessions of a month an alert tells the dearest: an alert must not wait long. */
  private static final int MOST_SESSIONS = 2_000;

  private final StoredSessions stored;
  private final Accounts accounts;
  private final Endpoints endpoints;
  private final Retry retry;

  Outbox(StoredSessions stored, Accounts accounts, Endpoints endpoints, Retry retry) {
    this.stored = stored;
    this.accounts = accounts;
    this.endpoints = endpoints;
    this.retry = retry;
  }

  /** Alerts that have waited to be handed over, some of them if there are many. */
  public List<String> notHandedOver() {
    return due(DueIndex::alerts).stream().map(Keys::alertId).toList();
  }

  /**
   * Gives an alert its number and its deliveries. Does nothing where that has been done, or where
   * there is no such alert.
   *
   * @return whether it did something
   */
  public boolean handOver(String alertId) {
    return retry.untilDone(() -> tryHandOver(alertId));
  }

  private boolean tryHandOver(String alertId) {
    Item item = stored.table().get(Keys.alert(alertId));
    if (item == null || AlertItem.isNumbered(item)) {
      return false;
    }
    Alert alert = AlertItem.read(item);
    Key count = Keys.alertCount(alert.customerId());
    Item counted = stored.table().get(count);
    long last = counted == null ? 0 : counted.number(AlertItem.SEQUENCE);
    AlertReport report = report(alert, last + 1);
    List<Write> writes = new ArrayList<>();
    writes.add(AlertItem.number(report));
    writes.add(
        new Write.Put(
            Item.at(count).put(AlertItem.SEQUENCE, last + 1).item(),
            counted == null ? Condition.absent() : Condition.equal(AlertItem.SEQUENCE, last)));
    Key pointer = Keys.alertPointer(alert.customerId(), alert.period(), last + 1);
    writes.add(
        new Write.Put(
            Item.at(pointer).put("alert_id", alertId).put("ttl", item.number("ttl")).item(),
            Condition.none()));
    Key incident = Keys.incident(alert);
    Map<String, Set<String>> told = IncidentItem.told(stored.table().get(incident));
    for (Endpoint endpoint : endpoints.list()) {
      String name = IncidentItem.name(endpoint);
      boolean isOwed = endpoint.isOwed(alert, told.getOrDefault(name, Set.of()));
      if (isOwed || endpoint.wants(alert)) {
        writes.add(
            DeliveryItem.create(alertId, endpoint, isOwed, stored.now(), Condition.absent()));
        if (!alert.isGoodNews()) {
          told.computeIfAbsent(name, n -> new TreeSet<>()).addAll(alert.thresholds());
        }
      }
    }
    if (alert.endsIncident()) {
      told.clear();
    } else if (alert.isGoodNews()) {
      told.values().forEach(labels -> labels.removeAll(alert.thresholds()));
      told.values().removeIf(Set::isEmpty);
    }
    writes.add(IncidentItem.told(incident, told));
    try {
      stored.table().transact(writes);
    } catch (WriteRefused e) {
      throw new Conflict("alerts of " + alert.customerId() + " are handed over by others");
    }
    return true;
  }

  private AlertReport report(Alert alert, long sequence) {
    if (alert.sessionId() != null) {
      Session session = stored.read(alert.sessionId());
      return new AlertReport(
          alert,
          sequence,
          null,
          dearest(session.models()),
          List.of(new AlertReport.Cost(session.id(), session.spent())));
    }
    Limits limits = accounts.limits(alert.customerId());
    Report report =
        new Reports(stored.table())
            .report(alert.customerId(), alert.period(), limits, MOST_SESSIONS);
    return new AlertReport(
        alert,
        sequence,
        Projection.ofMonth(alert.spent(), alert.period(), limits.timeZone(), alert.at()),
        dearest(report.byModel()),
        report.topSessions().stream()
            .limit(TOP)
            .map(session -> new AlertReport.Cost(session.sessionId(), session.cost()))
            .toList());
  }

  private static List<AlertReport.Cost> dearest(Map<String, ModelSum> models) {
    return models.entrySet().stream()
        .map(model -> new AlertReport.Cost(model.getKey(), model.getValue().cost()))
        .filter(cost -> cost.cost().isPositive())
        .sorted(
            Comparator.comparing(AlertReport.Cost::cost)
                .reversed()
                .thenComparing(AlertReport.Cost::name))
        .limit(TOP)
        .toList();
  }

  /** An alert as it is told; null where there is none, or it has not been handed over. */
  public @Nullable AlertReport find(String alertId) {
    Item item = retry.untilDone(() -> stored.table().get(Keys.alert(alertId)));
    return item == null || !AlertItem.isNumbered(item) ? null : AlertItem.report(item);
  }

  /**
   * Whether something newer of the same incident has been alerted: then a pager that gets this
   * would go back to how things were.
   */
  public boolean isOutdated(AlertReport report) {
    Alert alert = report.alert();
    Key own = Keys.alertPointer(alert.customerId(), alert.period(), 0);
    List<Key> others =
        retry
            .untilDone(() ->
                stored
                    .table()
                    .query(own.pk(), Keys.alertPrefix(alert.period()), null, Integer.MAX_VALUE))
            .stream()
            .map(pointer -> Keys.alert(pointer.text("alert_id")))
            .toList();
    return retry.untilDone(() -> stored.table().getAll(others)).stream()
        .map(AlertItem::read)
        .anyMatch(other ->
            Keys.incident(other).equals(Keys.incident(alert)) && other.at().isAfter(alert.at()));
  }

  /** Deliveries that are due, by the index, some of them if there are many. */
  public List<Delivery> due() {
    List<Key> keys = due(DueIndex::deliveries);
    return pending(retry.untilDone(() -> stored.table().getAll(keys)));
  }

  /** An alert's deliveries that are due. */
  public List<Delivery> due(String alertId) {
    return pending(
        retry.untilDone(() ->
            stored
                .table()
                .query(Keys.alert(alertId).pk(), Keys.DELIVERY_PREFIX, null, Integer.MAX_VALUE)));
  }

  private List<Delivery> pending(List<Item> items) {
    long now = stored.now().getEpochSecond();
    return items.stream()
        .map(DeliveryItem::read)
        .filter(delivery -> delivery.state() == Delivery.State.PENDING)
        .filter(delivery -> delivery.dueAt() <= now)
        .toList();
  }

  private List<Key> due(IntFunction<String> shards) {
    long now = stored.now().getEpochSecond();
    List<Key> keys = new ArrayList<>();
    for (int shard = 0; shard < DueIndex.SHARDS; shard++) {
      String name = shards.apply(shard);
      retry
          .untilDone(() -> stored.table().due(name, 0, now, null, PAGE))
          .forEach(entry -> keys.add(entry.key()));
    }
    return keys;
  }

  /**
   * Deliveries that wait for endpoints, by the index: all of them, however many there are, so this
   * is for when an endpoint has recovered.
   *
   * @param endpointIds whose deliveries
   */
  public List<Delivery> waitingFor(Set<String> endpointIds) {
    long now = stored.now().getEpochSecond();
    List<Delivery> waiting = new ArrayList<>();
    for (int shard = 0; shard < DueIndex.SHARDS; shard++) {
      String name = DueIndex.deliveries(shard);
      Item last = null;
      List<Item> page;
      do {
        Item after = last;
        page =
            retry.untilDone(
                () -> stored.table().due(name, now + 1, Long.MAX_VALUE, after, LONG_PAGE));
        List<Key> keys =
            page.stream()
                .map(Item::key)
                .filter(key -> endpointIds.contains(Keys.endpointId(key)))
                .toList();
        retry.untilDone(() -> stored.table().getAll(keys)).stream()
            .map(DeliveryItem::read)
            .filter(Delivery::waitsForEndpoint)
            .forEach(waiting::add);
        last = page.isEmpty() ? null : page.getLast();
      } while (page.size() == LONG_PAGE);
    }
    return waiting;
  }

  /** Takes a delivery for one attempt; null where somebody else has it. */
  public @Nullable Delivery lease(Delivery delivery) {
    Instant now = stored.now();
    Instant until = now.plus(LEASE);
    return write(DeliveryItem.lease(delivery, now, until)) ? delivery.leased(now, until) : null;
  }

  /** The receiver has it. */
  public void sent(Delivery leased, int status) {
    write(DeliveryItem.sent(leased, status, stored.now()));
  }

  /** The attempt failed since the endpoint takes nothing; there will be another. */
  public void failed(Delivery leased, Instant next, @Nullable Integer status, String error) {
    failed(leased, false, next, Delivery.Waiting.ENDPOINT, status, error);
  }

  /**
   * The attempt failed for reasons of this message; there will be another.
   *
   * @param waiting what for
   */
  public void failedItself(
      Delivery leased,
      Instant next,
      Delivery.Waiting waiting,
      @Nullable Integer status,
      String error) {
    failed(leased, true, next, waiting, status, error);
  }

  private void failed(
      Delivery leased,
      boolean isOwn,
      Instant next,
      Delivery.Waiting waiting,
      @Nullable Integer status,
      String error) {
    write(
        DeliveryItem.failed(leased, isOwn, next, new DeliveryItem.Failure(waiting, status, error)));
  }

  /** No more attempts are made. */
  public void dead(Delivery delivery, @Nullable Integer status, String error) {
    write(DeliveryItem.dead(delivery, status, error));
  }

  /** Not before then, unless the endpoint takes something else sooner. */
  public void postpone(Delivery delivery, Instant until, String reason) {
    write(DeliveryItem.postpone(delivery, until, reason));
  }

  /** Due again. */
  public void free(Delivery delivery) {
    write(DeliveryItem.free(delivery, stored.now()));
  }

  /** Whether the delivery was still as it was read; then it is changed. */
  private boolean write(Write write) {
    return retry.untilDone(() -> {
      try {
        stored.table().transact(List.of(write));
        return true;
      } catch (WriteRefused e) {
        return false;
      }
    });
  }
}
