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
    Endpoint.Address address = endpoint.address();
    List<AttributeValue> events =
        EnumSet.copyOf(endpoint.subscription().events()).stream()
            .map(type -> AttributeValues.of(type.wireName()))
            .toList();
    Item item =
        Item.at(Keys.endpoint(endpoint.id()))
            .put("generation", endpoint.generation())
            .put("format", address.format())
            .put("url", address.sealedUrl())
            .put("secrets", texts(address.sealedSecrets()))
            .put("events", AttributeValues.of(events))
            .optional("customer_id", endpoint.subscription().customerId())
            .flag("enabled", endpoint.enabled())
            .optional("disabled_because", endpoint.disabledBecause())
            .put("created_at", endpoint.createdAt())
            .optional("previous_secret_until", address.previousSecretUntil())
            .put("failures", endpoint.health().failures())
            .optional("paused_until", endpoint.health().pausedUntil())
            .optional("recovered_at", endpoint.health().recoveredAt())
            .item();
    return new Write.Put(item, condition);
  }

  /** After a failed attempt. People may have changed the endpoint meanwhile: that stays. */
  static Write pause(Endpoint endpoint, int failures, Instant until) {
    return update(
        endpoint,
        new Write.Change.Set("failures", AttributeValues.of(failures)),
        new Write.Change.Set("paused_until", AttributeValues.of(until)));
  }

  /** Tries it again now; whether it answers is still to be seen. */
  static Write tryAgain(Endpoint endpoint) {
    return update(endpoint, new Write.Change.Remove("paused_until"));
  }

  /** It has taken something. */
  static Write recovered(Endpoint endpoint, Instant now) {
    return update(
        endpoint,
        new Write.Change.Set("failures", AttributeValues.of(0)),
        new Write.Change.Set("recovered_at", AttributeValues.of(now)),
        new Write.Change.Remove("paused_until"));
  }

  static Write disable(Endpoint endpoint, String because) {
    return update(
        endpoint,
        new Write.Change.Remove("enabled"),
        new Write.Change.Set("disabled_because", AttributeValues.of(because)));
  }

  /** What is noted of one registration says nothing of another one under its id. */
  private static Write update(Endpoint endpoint, Write.Change... changes) {
    return new Write.Update(
        Keys.endpoint(endpoint.id()), List.of(changes), isOf(endpoint.generation()));
  }

  /** It is the registration that it was. */
  static Condition isOf(String generation) {
    return new Condition.Equal("generation", AttributeValues.of(generation));
  }

  static Condition hasSecrets(List<String> sealedSecrets) {
    return new Condition.Equal("secrets", texts(sealedSecrets));
  }

  private static AttributeValue texts(List<String> texts) {
    return AttributeValues.of(texts.stream().map(AttributeValues::of).toList());
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
        item.text("generation"),
        item.instant("created_at"),
        new Endpoint.Address(
            item.text("format"),
            item.text("url"),
            secrets,
            item.optionalInstant("previous_secret_until")),
        new Endpoint.Subscription(events, item.optionalText("customer_id")),
        item.has("enabled"),
        item.optionalText("disabled_because"),
        new Endpoint.Health(
            Math.toIntExact(item.number("failures")),
            item.optionalInstant("paused_until"),
            item.optionalInstant("recovered_at")));
  }
}
