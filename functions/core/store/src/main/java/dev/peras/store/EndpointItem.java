package dev.peras.store;

import dev.peras.engine.alerts.AlertType;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A webhook endpoint as an item. All share one partition, so that one query reads them. */
final class EndpointItem {
  private EndpointItem() {}

  static Write put(Endpoint endpoint, Condition condition) {
    List<AttributeValue> events =
        EnumSet.copyOf(endpoint.events()).stream()
            .map(t -> AttributeValues.of(t.wireName()))
            .toList();
    Item item =
        Item.at(Keys.endpoint(endpoint.id()))
            .put("format", endpoint.format())
            .put("url", endpoint.sealedUrl())
            .put(
                "secrets",
                AttributeValues.of(
                    endpoint.sealedSecrets().stream().map(AttributeValues::of).toList()))
            .put("events", AttributeValues.of(events))
            .optional("customer_id", endpoint.customerId())
            .flag("enabled", endpoint.enabled())
            .optional("disabled_because", endpoint.disabledBecause())
            .put("created_at", endpoint.createdAt())
            .optional("previous_secret_until", endpoint.previousSecretUntil())
            .put("failures", endpoint.failures())
            .optional("paused_until", endpoint.pausedUntil())
            .item();
    return new Write.Put(item, condition);
  }

  /** After a failed attempt. People may have changed the endpoint meanwhile: that stays. */
  static Write pause(String endpointId, int failures, Instant until) {
    return update(
        endpointId,
        new Write.Change.Set("failures", AttributeValues.of(failures)),
        new Write.Change.Set("paused_until", AttributeValues.of(until)));
  }

  static Write resume(String endpointId) {
    return update(
        endpointId,
        new Write.Change.Set("failures", AttributeValues.of(0)),
        new Write.Change.Remove("paused_until"));
  }

  static Write disable(String endpointId, String because) {
    return update(
        endpointId,
        new Write.Change.Remove("enabled"),
        new Write.Change.Set("disabled_because", AttributeValues.of(because)));
  }

  private static Write update(String endpointId, Write.Change... changes) {
    return new Write.Update(Keys.endpoint(endpointId), List.of(changes), Condition.exists());
  }

  static Endpoint read(Item item) {
    Set<AlertType> events = EnumSet.noneOf(AlertType.class);
    for (AttributeValue event : item.get("events").l()) {
      events.add(Objects.requireNonNull(AlertType.find(event.s())));
    }
    List<String> secrets = new ArrayList<>();
    item.get("secrets").l().forEach(secret -> secrets.add(secret.s()));
    return new Endpoint(
        item.text("sk").substring(Keys.ENDPOINT_PREFIX.length()),
        item.text("format"),
        item.text("url"),
        secrets,
        events,
        item.optionalText("customer_id"),
        item.has("enabled"),
        item.optionalText("disabled_because"),
        item.instant("created_at"),
        item.optionalInstant("previous_secret_until"),
        Math.toIntExact(item.number("failures")),
        item.optionalInstant("paused_until"));
  }
}
