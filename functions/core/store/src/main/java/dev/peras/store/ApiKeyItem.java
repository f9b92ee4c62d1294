package dev.peras.store;

import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A key as an item: never its secrets, only their hashes. */
final class ApiKeyItem {
  private static final String NEVER = "";

  private ApiKeyItem() {}

  static Write put(ApiKey key, Condition condition) {
    List<AttributeValue> secrets = new ArrayList<>();
    for (ApiKey.Secret secret : key.secrets()) {
      String until = secret.until() == null ? NEVER : secret.until().toString();
      secrets.add(
          AttributeValues.of(
              List.of(AttributeValues.of(secret.sha256()), AttributeValues.of(until))));
    }
    return new Write.Put(
        Item.at(Keys.apiKey(key.id()))
            .put("role", key.role().wireName())
            .optional("customer_id", key.customerId())
            .optional("expires_at", key.expiresAt())
            .put("secrets", AttributeValues.of(secrets))
            .put("created_at", key.createdAt())
            .optional("last_used_at", key.lastUsedAt())
            .item(),
        condition);
  }

  static Write used(String keyId, Instant at) {
    return new Write.Update(
        Keys.apiKey(keyId),
        List.of(new Write.Change.Set("last_used_at", AttributeValues.of(at))),
        Condition.exists());
  }

  static ApiKey read(Item item) {
    List<ApiKey.Secret> secrets = new ArrayList<>();
    for (AttributeValue secret : item.get("secrets").l()) {
      String until = secret.l().get(1).s();
      secrets.add(new ApiKey.Secret(secret.l().get(0).s(), until(until)));
    }
    return new ApiKey(
        item.text("pk").substring(Keys.API_KEY_PREFIX.length()),
        ApiKey.Role.valueOf(item.text("role").toUpperCase(Locale.ROOT)),
        item.optionalText("customer_id"),
        item.optionalInstant("expires_at"),
        secrets,
        item.instant("created_at"),
        item.optionalInstant("last_used_at"));
  }

  private static @Nullable Instant until(String text) {
    return text.equals(NEVER) ? null : Instant.parse(text);
  }
}
