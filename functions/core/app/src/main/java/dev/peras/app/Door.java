package dev.peras.app;

import dev.peras.engine.sessions.Session;
import dev.peras.http.Call;
import dev.peras.http.Caller;
import dev.peras.http.Credentials;
import dev.peras.http.Denied;
import dev.peras.http.Gatekeeper;
import dev.peras.store.ApiKey;
import dev.peras.store.ApiKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door that every call goes through: checks keys, and holds callers that are bound to a
 * customer to it (invariant I11). Thread-safe.
 *
 * <p>A key that is sent is always checked, whatever else vouches for the caller; where nothing else
 * does, one is required unless the deployment says otherwise. What belongs to another customer is
 * answered as what does not exist.
 */
final class Door implements Gatekeeper {
  private static final String BEARER = "bearer ";
  private static final Duration USE_IS_NOTED_EVERY = Duration.ofHours(1);
  private static final int CACHED_KEYS = 1_000;

  /** Functions that may change no item: what they are asked leaves no mark on a key. */
  private static final Set<Call.Function> READERS =
      EnumSet.of(Call.Function.READ_SESSIONS, Call.Function.PRICES, Call.Function.MANAGE_KEYS);

  private static final String ADMIN_SCOPE = "peras/admin";

  private final Services peras;

  /** Keys as they were read last. They are few; who sends made-up ones must not fill the memory. */
  private final Map<String, Known> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
              return size() > CACHED_KEYS;
            }
          });

  /** The key that a secret names, if any, and when that was read. */
  private record Known(Optional<ApiKey> key, Instant at) {}

  Door(Services peras) {
    this.peras = peras;
  }

  /** What a call deals with, as far as customers are concerned. */
  private enum Reach {
    /** The customer in its path. */
    CUSTOMER,
    /** The session in its path. */
    SESSION,
    /** What its handler takes from the request, held to the caller's customer there. */
    HANDLED,
    /** What is the same for everybody, and nobody's. */
    SHARED,
    /** The whole deployment: nobody who is bound may. */
    DEPLOYMENT
  }

  private static Reach reach(Call call) {
    return switch (call) {
      case GET_SESSION, RECORD_USAGE, GET_LEDGER, HOLD, RELEASE_HOLD, END_SESSION -> Reach.SESSION;
      case PUT_CUSTOMER, GET_CUSTOMER, GET_ADMISSION, GET_REPORT, TOP_UP -> Reach.CUSTOMER;
      case START_SESSION,
          LIST_SESSIONS,
          LIST_ALERTS,
          LIST_UNPRICED,
          OTLP_TRACES,
          OTLP_LOGS,
          OTLP_METRICS,
          LITELLM_CALLBACK ->
          Reach.HANDLED;
      case LIST_PRICES, GET_PRICE, OPENAPI -> Reach.SHARED;
      case LIST_CUSTOMERS,
          PUT_PRICE,
          DELETE_PRICE,
          LIST_WEBHOOKS,
          PUT_WEBHOOK,
          GET_WEBHOOK,
          DELETE_WEBHOOK,
          TEST_WEBHOOK,
          ROTATE_SECRET,
          REDELIVER_ALERT,
          PUT_KEY,
          GET_KEY,
          DELETE_KEY,
          ROTATE_KEY ->
          Reach.DEPLOYMENT;
    };
  }

  @Override
  public Caller admit(Call call, Map<String, String> parameters, Credentials credentials) {
    Caller caller = caller(call, credentials);
    if (caller.customerId() != null) {
      hold(caller.customerId(), call, parameters);
    }
    return caller;
  }

  private Caller caller(Call call, Credentials credentials) {
    String secret = secret(credentials);
    String claimed = claimed(credentials);
    if (secret == null) {
      if (!credentials.authenticated() && peras.settings().access().requireKey()) {
        throw Denied.unauthenticated(
            "A key is required: send it as 'authorization: Bearer peras_...' or 'x-peras-key'.");
      }
      return new Caller(claimed);
    }
    ApiKey key = key(secret, call);
    if (!may(key.role(), call)) {
      throw Denied.forbidden(
          "A key of the role '%s' does not open this call.".formatted(key.role().wireName()));
    }
    if (claimed != null && key.customerId() != null && !claimed.equals(key.customerId())) {
      throw Denied.forbidden("The key and the token are of different customers.");
    }
    return new Caller(key.customerId() == null ? claimed : key.customerId());
  }

  private static @Nullable String secret(Credentials credentials) {
    String key = credentials.key();
    if (key != null) {
      return key;
    }
    String authorization = credentials.authorization();
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return null;
    }
    String token = authorization.substring(BEARER.length()).strip();
    // Other tokens are API Gateway's business, which has checked them.
    return ApiKeys.isSecret(token) || !credentials.authenticated() ? token : null;
  }

  /** The customer of the caller's token, where the deployment has tokens say one. */
  private @Nullable String claimed(Credentials credentials) {
    String claim = peras.settings().access().customerClaim();
    if (claim == null || credentials.claims().isEmpty()) {
      return null;
    }
    String customer = credentials.claims().get(claim);
    if (customer == null && !credentials.scopes().contains(ADMIN_SCOPE)) {
      throw Denied.forbidden("The token has no claim '%s' to say whose it is.".formatted(claim));
    }
    return customer;
  }

  private ApiKey key(String secret, Call call) {
    Instant now = peras.clock().instant();
    Known last = known.get(secret);
    if (last == null || !now.isBefore(last.at().plus(peras.settings().access().keyCache()))) {
      last = new Known(Optional.ofNullable(peras.store().keys().named(secret)), now);
      known.put(secret, last);
    }
    ApiKey key = last.key().orElse(null);
    if (key == null || !ApiKeys.opens(secret, key, now)) {
      boolean isExpired = key != null && key.isExpired(now);
      throw Denied.unauthenticated(
          isExpired ? "The key has expired." : "The key is not one that opens anything here.");
    }
    Instant used = key.lastUsedAt();
    boolean isStale = used == null || now.isAfter(used.plus(USE_IS_NOTED_EVERY));
    if (isStale && !READERS.contains(call.function())) {
      peras.store().keys().used(key.id());
      known.remove(secret);
    }
    return key;
  }

  private static boolean may(ApiKey.Role role, Call call) {
    return switch (role) {
      case ADMIN -> true;
      case AGENT -> call.role() != Call.Role.ADMIN;
      case INGEST -> call == Call.RECORD_USAGE || call.function() == Call.Function.INGEST_OTLP;
    };
  }

  private void hold(String customerId, Call call, Map<String, String> parameters) {
    switch (reach(call)) {
      case CUSTOMER -> {
        String unused = new Caller(customerId).customer(parameters.get("customer_id"));
      }
      case SESSION -> {
        String sessionId = parameters.getOrDefault("session_id", "");
        Session session = peras.sessions().lastSeen(sessionId);
        if (session != null && !session.terms().customerId().equals(customerId)) {
          throw Denied.notFound(
              "session_not_found", "There is no session '%s'.".formatted(sessionId));
        }
      }
      case DEPLOYMENT ->
          throw Denied.forbidden("A caller that is bound to a customer may not make this call.");
      case HANDLED, SHARED -> {}
    }
  }
}
