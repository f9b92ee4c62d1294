package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.money.Usd;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The list of alerts and of their deliveries. Thread-safe. */
public final class AlertLog {
  private static final int PAGE = 50;
  private static final int ITEMS_PER_SCAN = 1000;

  private final StoredSessions stored;
  private final Endpoints endpoints;
  private final Retry retry;

  AlertLog(StoredSessions stored, Endpoints endpoints, Retry retry) {
    this.stored = stored;
    this.endpoints = endpoints;
    this.retry = retry;
  }

  /**
   * An alert with its deliveries.
   *
   * @param isHandedOver whether it has its number and its deliveries
   */
  public record Entry(AlertReport report, boolean isHandedOver, List<Delivery> deliveries) {}

  /**
   * Alerts: a customer's by number, or all, which reads the whole table and is for support.
   *
   * @param customerId null for all
   * @param period null for all of a customer's
   */
  public Page<Entry> list(
      @Nullable String customerId, @Nullable YearMonth period, @Nullable String cursor) {
    return retry.untilDone(() -> {
      Key after = Cursors.key(cursor);
      return customerId == null ? ofAll(period, after) : ofCustomer(customerId, period, after);
    });
  }

  private Page<Entry> ofCustomer(
      String customerId, @Nullable YearMonth period, @Nullable Key after) {
    String pk = Keys.customer(customerId);
    if (after != null && !after.pk().equals(pk)) {
      throw Refusal.because(new Reason.UnknownCursor());
    }
    String prefix = period == null ? "ALERT#" : Keys.alertPrefix(period);
    if (after != null && !after.sk().startsWith(prefix)) {
      throw Refusal.because(new Reason.UnknownCursor());
    }
    List<Item> pointers = stored.table().query(pk, prefix, after == null ? null : after.sk(), PAGE);
    List<Entry> entries = new ArrayList<>();
    for (Item pointer : pointers) {
      Entry entry = read(pointer.text("alert_id"));
      if (entry != null) {
        entries.add(entry);
      }
    }
    return new Page<>(
        entries, pointers.size() < PAGE ? null : Cursors.ofKey(pointers.getLast().key()));
  }

  private Page<Entry> ofAll(@Nullable YearMonth period, @Nullable Key after) {
    List<Entry> entries = new ArrayList<>();
    Key next = after;
    do {
      Table.Scanned part = stored.table().scan(Keys.ALERT_SK, next, ITEMS_PER_SCAN);
      for (Item item : part.items()) {
        if (period == null || item.text("period").equals(period.toString())) {
          entries.add(entry(item));
          // Each has its deliveries read: there may be many in one part of a table.
          if (entries.size() == PAGE) {
            return new Page<>(entries, Cursors.ofKey(item.key()));
          }
        }
      }
      next = part.next();
    } while (next != null);
    return new Page<>(entries, null);
  }

  private @Nullable Entry read(String alertId) {
    Item item = stored.table().get(Keys.alert(alertId));
    return item == null ? null : entry(item);
  }

  private Entry entry(Item item) {
    List<Delivery> deliveries =
        stored
            .table()
            .query(item.key().pk(), Keys.DELIVERY_PREFIX, null, Integer.MAX_VALUE)
            .stream()
            .map(DeliveryItem::read)
            .toList();
    return new Entry(AlertItem.report(item), AlertItem.isNumbered(item), deliveries);
  }

  /** The cap that first refused something in a month; null where none has. */
  public @Nullable Usd blockedAt(String customerId, YearMonth period) {
    return retry.untilDone(
        () -> IncidentItem.blockedAt(stored.table().get(Keys.monthIncident(customerId, period))));
  }

  /**
   * Sends an alert again to every endpoint that wants it now, whatever its deliveries so far.
   * Receivers recognize it by its id.
   *
   * @throws Refusal AlertNotFound
   */
  public Entry redeliver(String alertId) {
    return retry.untilDone(() -> {
      Item item = stored.table().get(Keys.alert(alertId));
      if (item == null) {
        throw Refusal.because(new Reason.AlertNotFound(alertId));
      }
      List<Write> writes = new ArrayList<>();
      // One that has not been handed over is still to be sent for the first time.
      if (AlertItem.isNumbered(item)) {
        Alert alert = AlertItem.read(item);
        for (Endpoint endpoint : endpoints.list()) {
          Delivery before = delivery(alertId, endpoint);
          boolean isOwed = before != null && before.addressee().isOwed();
          if (endpoint.enabled() && (endpoint.wants(alert) || isOwed)) {
            writes.add(
                DeliveryItem.create(alertId, endpoint, isOwed, stored.now(), Condition.none()));
            writes.add(EndpointItem.tryAgain(endpoint));
          }
        }
      }
      if (!writes.isEmpty()) {
        try {
          stored.table().transact(writes);
        } catch (WriteRefused e) {
          throw new Conflict("a webhook endpoint was removed");
        }
      }
      return entry(item);
    });
  }

  /** The delivery of an alert to an endpoint as it is registered now; null where there is none. */
  private @Nullable Delivery delivery(String alertId, Endpoint endpoint) {
    Item item = stored.table().get(Keys.delivery(alertId, endpoint.id()));
    Delivery delivery = item == null ? null : DeliveryItem.read(item);
    return delivery != null && delivery.addressee().generation().equals(endpoint.generation())
        ? delivery
        : null;
  }

  /**
   * Sends an alert made for it to one endpoint, even one that is paused or disabled.
   *
   * @throws Refusal WEBHOOK_NOT_FOUND
   */
  public void test(Alert alert, String endpointId) {
    retry.untilDone(() -> {
      Endpoint endpoint = endpoints.get(endpointId);
      List<Write> writes = new ArrayList<>();
      writes.add(AlertItem.create(alert, 0));
      writes.add(DeliveryItem.create(alert.id(), endpoint, true, stored.now(), Condition.absent()));
      writes.add(EndpointItem.tryAgain(endpoint));
      try {
        stored.table().transact(writes);
      } catch (WriteRefused e) {
        if (e.concerns(Keys.endpoint(endpointId))) {
          throw new Conflict("webhook endpoint " + endpointId + " was removed");
        }
        // It was written before: the answer had been lost.
      }
      return true;
    });
  }
}
