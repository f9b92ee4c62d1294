package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import dev.peras.table.WriteRefused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The webhook endpoints of a deployment. Thread-safe. */
public final class Endpoints {
  /** So that an alert and its deliveries fit into one transaction. */
  public static final int MAX_ENDPOINTS = 50;

  private static final String COUNT = "n";

  private final Table table;
  private final Retry retry;
  private final Supplier<String> newGenerations;

  Endpoints(Table table, Retry retry, Supplier<String> newGenerations) {
    this.table = table;
    this.retry = retry;
    this.newGenerations = newGenerations;
  }

  public List<Endpoint> list() {
    return retry.untilDone(this::readAll);
  }

  private List<Endpoint> readAll() {
    return table.query(Keys.ENDPOINTS_PK, Keys.ENDPOINT_PREFIX, null, Integer.MAX_VALUE).stream()
        .map(EndpointItem::read)
        .toList();
  }

  /**
   * An endpoint that must be there.
   *
   * @throws Refusal WebhookNotFound
   */
  public Endpoint get(String endpointId) {
    Endpoint endpoint = find(endpointId);
    if (endpoint == null) {
      throw Refusal.because(new Reason.WebhookNotFound(endpointId));
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
   * Makes or replaces an endpoint. One that is new, or that another customer gets, is another
   * registration: nothing that waits for the one before is sent to it.
   *
   * @param change makes the next state from the present one, which is null where there is none; it
   *     may run more than once
   * @throws Refusal TooManyWebhooks
   */
  public Endpoint put(String endpointId, Change change) {
    return retry.untilDone(() -> {
      Endpoint present = read(endpointId);
      List<Write> writes = new ArrayList<>();
      if (present == null) {
        writes.add(count(1));
      }
      Endpoint wanted = change.from(present);
      Endpoint next =
          wanted.of(
              present != null && hasSameOwner(present, wanted)
                  ? present.generation()
                  : newGenerations.get());
      writes.add(EndpointItem.put(next, unchanged(present)));
      write(writes);
      return next;
    });
  }

  private static boolean hasSameOwner(Endpoint one, Endpoint other) {
    return Objects.equals(one.subscription().customerId(), other.subscription().customerId());
  }

  private static Condition unchanged(@Nullable Endpoint present) {
    return present == null
        ? Condition.absent()
        : Condition.all(
            EndpointItem.isOf(present.generation()),
            EndpointItem.hasSecrets(present.address().sealedSecrets()));
  }

  /** Counts endpoints in the transaction that makes or removes one, so that none is too many. */
  private Write count(int more) {
    Item item = table.get(Keys.endpointCount());
    long before = item == null ? readAll().size() : item.number(COUNT);
    if (before + more > MAX_ENDPOINTS) {
      throw Refusal.because(new Reason.TooManyWebhooks(MAX_ENDPOINTS));
    }
    return new Write.Put(
        Item.at(Keys.endpointCount()).put(COUNT, before + more).item(),
        item == null ? Condition.absent() : Condition.equal(COUNT, before));
  }

  /** Makes the next state of an endpoint. */
  @FunctionalInterface
  public interface Change {
    Endpoint from(@Nullable Endpoint present);
  }

  /**
   * Changes an endpoint that is there.
   *
   * @throws Refusal WebhookNotFound
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
      Endpoint present = read(endpointId);
      if (present != null) {
        Write delete =
            new Write.Delete(Keys.endpoint(endpointId), EndpointItem.isOf(present.generation()));
        write(List.of(delete, count(-1)));
      }
      return true;
    });
  }

  /** Tries an endpoint again only then. */
  public void pause(Endpoint endpoint, int failures, Instant until) {
    note(EndpointItem.pause(endpoint, failures, until));
  }

  /** An endpoint that had failed has taken something. */
  public void recovered(Endpoint endpoint, Instant now) {
    note(EndpointItem.recovered(endpoint, now));
  }

  /** An endpoint wants no more. */
  public void disable(Endpoint endpoint, String because) {
    note(EndpointItem.disable(endpoint, because));
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
