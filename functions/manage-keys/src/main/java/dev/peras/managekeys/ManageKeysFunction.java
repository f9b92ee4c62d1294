package dev.peras.managekeys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.app.Services;
import dev.peras.http.Call;
import dev.peras.http.Denied;
import dev.peras.http.Handler;
import dev.peras.http.HttpFunction;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.json.Fields;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import dev.peras.store.ApiKey;
import dev.peras.store.ApiKeys;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes, shows, rotates and removes keys. A secret is shown once, to whoever asked for it. */
@Named("manage-keys")
public class ManageKeysFunction extends HttpFunction {
  private static final Rule<ApiKey.Role> ROLE =
      Rule.choice(EnumSet.allOf(ApiKey.Role.class), ApiKey.Role::wireName);

  private final Services peras;

  @Inject
  public ManageKeysFunction(Services peras) {
    super(peras.metrics(), peras.door());
    this.peras = peras;
  }

  @Override
  protected Map<Call, Handler> handlers() {
    return Map.of(
        Call.PUT_KEY, this::put,
        Call.GET_KEY, this::get,
        Call.DELETE_KEY, this::delete,
        Call.ROTATE_KEY, this::rotate);
  }

  private record Wanted(
      ApiKey.Role role, @Nullable String customerId, @Nullable Instant expiresAt) {
    static Wanted read(Fields fields) {
      return new Wanted(
          fields.get("role", ROLE),
          fields.find("customer_id", Rule.ID),
          fields.find("expires_at", Rule.TIME));
    }
  }

  private Response put(Request request) {
    String id = request.id("key_id");
    Wanted wanted = request.body(Wanted::read);
    Instant expiresAt = wanted.expiresAt();
    if (expiresAt != null && !expiresAt.isAfter(peras.clock().instant())) {
      throw InvalidRequest.because("expires_at", "must be later than now");
    }
    boolean isNew = keys().find(id) == null;
    ObjectNode issued = issued(keys().put(id, wanted.role(), wanted.customerId(), expiresAt));
    return isNew ? Response.created(issued) : Response.ok(issued);
  }

  private Response get(Request request) {
    String id = request.id("key_id");
    request.noQuery();
    ApiKey key = keys().find(id);
    if (key == null) {
      throw unknown(id);
    }
    return Response.ok(view(key));
  }

  private Response delete(Request request) {
    String id = request.id("key_id");
    request.noQuery();
    keys().delete(id);
    return Response.noContent();
  }

  private Response rotate(Request request) {
    String id = request.id("key_id");
    request.noBody();
    ApiKeys.Issued issued = keys().rotate(id);
    if (issued == null) {
      throw unknown(id);
    }
    return Response.ok(issued(issued));
  }

  private ApiKeys keys() {
    return peras.store().keys();
  }

  private static Denied unknown(String id) {
    return Denied.notFound("key_not_found", "There is no key '%s'.".formatted(id));
  }

  private ObjectNode issued(ApiKeys.Issued issued) {
    return view(issued.key()).put("secret", issued.secret());
  }

  private ObjectNode view(ApiKey key) {
    Instant now = peras.clock().instant();
    ObjectNode json = Json.object();
    json.put("key_id", key.id());
    json.put("role", key.role().wireName());
    json.put("customer_id", key.customerId());
    json.put("status", key.isExpired(now) ? "expired" : "active");
    json.set("expires_at", Json.time(key.expiresAt()));
    json.set("created_at", Json.time(key.createdAt()));
    json.set("last_used_at", Json.time(key.lastUsedAt()));
    json.set("previous_secret_until", Json.time(previousUntil(key, now)));
    return json;
  }

  private static @Nullable Instant previousUntil(ApiKey key, Instant now) {
    for (ApiKey.Secret secret : key.secrets()) {
      if (secret.until() != null && now.isBefore(secret.until())) {
        return secret.until();
      }
    }
    return null;
  }
}
