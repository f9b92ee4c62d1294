package dev.peras.store;

import dev.peras.engine.Refusal;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The webhook endpoints of a deployment. Thread-safe. */
public final class Endpoints {
  /** So that an alert and its deliveries fit into one transaction. */
  public static final int MAX_ENDPOINTS = 50;

  private final Table table;
  private final Retry retry;

  Endpoints(Table table, Retry retry) {
    this.table = table;
    this.retry = retry;
  }

  public List<Endpoint> list() {
    return retry.untilDone(() ->
        table.query(Keys.ENDPOINTS_PK, Keys.ENDPOINT_PREFIX, null, Integer.MAX_VALUE).stream()
            .map(EndpointItem::read)
            .toList());
  }

  /**
   * An endpoint that must be there.
   *
   * @throws Refusal WEBHOOK_NOT_FOUND
   */
  public Endpoint get(String endpointId) {
    Endpoint endpoint = find(endpointId);
    if (endpoint == null) {
      throw Refusal.of(
          Refusal.Code.WEBHOOK_NOT_FOUND,
          "There is no webhook endpoint '%s'.".formatted(endpointId));
    }
    return endpoint;
  }

  public @Nullable Endpoint find(String endpointId) {
    return retry.untilDone(() -> read(endpointId));
  }

  private @Nullable Endpoint read(String endpointId) {
    Item item = table.get(Keys.endpoint(endpointId));
    return item == null ? null : EndpointItem.read(item);
  }

  /**
   * Makes or replaces an endpoint.
   *
   * @param change makes the next state from the present one, which is null where there is none; it
   *     may run more than once
   * @throws Refusal TOO_MANY_WEBHOOKS
   */
  public Endpoint put(String endpointId, Change change) {
    return retry.untilDone(() -> {
      Item item = table.get(Keys.endpoint(endpointId));
      if (item == null && list().size() >= MAX_ENDPOINTS) {
        throw Refusal.of(
            Refusal.Code.TOO_MANY_WEBHOOKS,
            "There are %d webhook endpoints already, the most there may be."
                .formatted(MAX_ENDPOINTS));
      }
      Endpoint next = change.from(item == null ? null : EndpointItem.read(item));
      Condition unchanged =
          item == null ? Condition.absent() : new Condition.Equal("secrets", item.get("secrets"));
      write(List.of(EndpointItem.put(next, unchanged)));
      return next;
    });
  }

  /** Makes the next state of an endpoint. */
  @FunctionalInterface
  public interface Change {
    Endpoint from(@Nullable Endpoint present);
  }

  /**
   * Changes an endpoint that is there.
   *
   * @throws Refusal WEBHOOK_NOT_FOUND
   */
  public Endpoint change(String endpointId, UnaryOperator<Endpoint> change) {
    get(endpointId);
    return put(
        endpointId,
        present -> {
          if (present == null) {
            throw new Conflict("webhook endpoint " + endpointId + " was removed");
          }
          return change.apply(present);
        });
  }

  /** Removes an endpoint; what waits for it is not sent any more. */
  public void delete(String endpointId) {
    retry.untilDone(() -> {
      write(List.of(new Write.Delete(Keys.endpoint(endpointId), Condition.none())));
      return true;
    });
  }

  /** Tries an endpoint again only then. */
  public void pause(String endpointId, int failures, Instant until) {
    note(EndpointItem.pause(endpointId, failures, until));
  }

  /** An endpoint answers as it should. */
  public void resume(String endpointId) {
    note(EndpointItem.resume(endpointId));
  }

  /** An endpoint wants no more. */
  public void disable(String endpointId, String because) {
    note(EndpointItem.disable(endpointId, because));
  }

  private void note(Write write) {
    retry.untilDone(() -> {
      try {
        table.transact(List.of(write));
      } catch (WriteRefused e) {
        // It has been removed meanwhile: then there is nothing to note.
      }
      return true;
    });
  }

  private void write(List<Write> writes) {
    try {
      table.transact(writes);
    } catch (WriteRefused e) {
      throw new Conflict("a webhook endpoint was changed meanwhile");
    }
  }
}
