package dev.peras.store;

import dev.peras.engine.alerts.Alert;
import dev.peras.engine.budgets.AccountKey;
import dev.peras.table.Key;
import java.time.Instant;
import java.time.YearMonth;

/** The keys of all items of the store, built here and nowhere else. */
final class Keys {
  static final String EVENT_PREFIX = "EVENT#";
  static final String HOLD_PREFIX = "HOLD#";
  static final String TOP_UP_PREFIX = "TOPUP#";
  static final String SESSION_SK = "SESSION";
  static final String ALERT_SK = "ALERT";
  static final String INCIDENT_PREFIX = "INCIDENT#";
  static final String DELIVERY_PREFIX = "DELIVERY#";
  static final String ENDPOINTS_PK = "WEBHOOKS";
  static final String ENDPOINT_PREFIX = "WEBHOOK#";
  static final String PRICES_PK = "PRICES";
  static final String PRICE_PREFIX = "PRICE#";
  static final String API_KEY_PREFIX = "KEY#";
  static final String UNPRICED_PK = "UNPRICED";
  static final String UNPRICED_PREFIX = "CALL#";

  static final String ACCOUNT_SK = "ACCOUNT";
  static final String LOOSE_PREFIX = "LOOSE#";
  static final String EXPIRING_PREFIX = "EXPIRING#";
  private static final String ACCOUNT_PREFIX = "ACCOUNT#";
  private static final String OLD_ACCOUNT_PREFIX = "MONTH#";

  private Keys() {}

  static Key session(String sessionId) {
    return new Key("SESSION#" + sessionId, SESSION_SK);
  }

  static Key event(String sessionId, String eventId) {
    return new Key("SESSION#" + sessionId, EVENT_PREFIX + eventId);
  }

  static Key hold(String sessionId, String holdId) {
    return new Key("SESSION#" + sessionId, HOLD_PREFIX + holdId);
  }

  static String accountPk(AccountKey key) {
    return ACCOUNT_PREFIX + key;
  }

  static Key account(AccountKey key) {
    return new Key(accountPk(key), ACCOUNT_SK);
  }

  static AccountKey accountKey(Key ofAccount) {
    return ofAccount.sk().startsWith(OLD_ACCOUNT_PREFIX)
        ? AccountKey.ofMonth(
            customerId(ofAccount),
            YearMonth.parse(ofAccount.sk().substring(OLD_ACCOUNT_PREFIX.length())))
        : AccountKey.parse(ofAccount.pk().substring(ACCOUNT_PREFIX.length()));
  }

  /** Where version 0.1.0 kept the account of a month. */
  static Key oldAccount(AccountKey key) {
    return new Key(customer(key.customerId()), OLD_ACCOUNT_PREFIX + key.window());
  }

  /** Points at a session whose share of an account has claimed ahead. */
  static Key loose(AccountKey account, String sessionId) {
    return new Key(accountPk(account), LOOSE_PREFIX + sessionId);
  }

  /** Points at a session that has holds in an exact share, by when the first may have expired. */
  static Key expiring(AccountKey account, Instant at, String sessionId) {
    return new Key(
        accountPk(account), EXPIRING_PREFIX + "%015d#".formatted(at.toEpochMilli()) + sessionId);
  }

  static Instant expiresAt(Key expiring) {
    String[] parts = expiring.sk().split("#", 3);
    return Instant.ofEpochMilli(Long.parseLong(parts[1]));
  }

  static String expiringSession(Key expiring) {
    return expiring.sk().split("#", 3)[2];
  }

  static Key limits(String customerId) {
    return new Key(customer(customerId), "LIMITS");
  }

  static Key topUp(String customerId, String topUpId) {
    return new Key(customer(customerId), TOP_UP_PREFIX + topUpId);
  }

  static Key open(String customerId, YearMonth period, String sessionId) {
    return new Key(customer(customerId), openPrefix(period) + sessionId);
  }

  static Key ended(String customerId, YearMonth period, String sessionId) {
    return new Key(customer(customerId), endedPrefix(period) + sessionId);
  }

  static Key price(String model) {
    return new Key(PRICES_PK, PRICE_PREFIX + model);
  }

  static Key alert(String alertId) {
    return new Key("ALERT#" + alertId, ALERT_SK);
  }

  static Key delivery(String alertId, String endpointId) {
    return new Key(alert(alertId).pk(), DELIVERY_PREFIX + endpointId);
  }

  /** A customer's alerts are listed by these, month by month in the order of their numbers. */
  static Key alertPointer(String customerId, YearMonth period, long sequence) {
    return new Key(customer(customerId), alertPrefix(period) + "%012d".formatted(sequence));
  }

  static String alertPrefix(YearMonth period) {
    return "ALERT#" + period + "#";
  }

  /** Counts a customer's alerts. */
  static Key alertCount(String customerId) {
    return new Key(customer(customerId), "ALERTS");
  }

  /** What is open of what an alert is about. */
  static Key incident(Alert alert) {
    String sessionId = alert.sessionId();
    return sessionId == null
        ? monthIncident(alert.customerId(), alert.period())
        : sessionIncident(sessionId);
  }

  static Key monthIncident(String customerId, YearMonth period) {
    return new Key(customer(customerId), INCIDENT_PREFIX + period);
  }

  static Key sessionIncident(String sessionId) {
    return new Key(session(sessionId).pk(), "INCIDENT");
  }

  /** The month of an incident. */
  static YearMonth incidentPeriod(Key monthIncident) {
    return YearMonth.parse(monthIncident.sk().substring(INCIDENT_PREFIX.length()));
  }

  /** Counts the webhook endpoints. */
  static Key endpointCount() {
    return new Key(ENDPOINTS_PK, "COUNT");
  }

  static Key endpoint(String endpointId) {
    return new Key(ENDPOINTS_PK, ENDPOINT_PREFIX + endpointId);
  }

  /** Spread over partitions: each sighting is one of its own. */
  static Key sighting(String scope, String seen) {
    return new Key("SEEN#" + scope + "#" + seen, "SEEN");
  }

  static Key apiKey(String keyId) {
    return new Key(API_KEY_PREFIX + keyId, "KEY");
  }

  /** Calls without a price are listed by their models; no name of a model or id has a blank in. */
  static Key unpriced(String model, String sessionId, String eventId) {
    return new Key(UNPRICED_PK, UNPRICED_PREFIX + model + " " + sessionId + " " + eventId);
  }

  static String customer(String customerId) {
    return "CUSTOMER#" + customerId;
  }

  static String openPrefix(YearMonth period) {
    return "OPEN#" + period + "#";
  }

  static String endedPrefix(YearMonth period) {
    return "ENDED#" + period + "#";
  }

  static String sessionId(Key session) {
    return session.pk().substring("SESSION#".length());
  }

  static String alertId(Key ofAlert) {
    return ofAlert.pk().substring("ALERT#".length());
  }

  static String endpointId(Key delivery) {
    return delivery.sk().substring(DELIVERY_PREFIX.length());
  }

  static String customerId(Key ofCustomer) {
    return ofCustomer.pk().substring("CUSTOMER#".length());
  }
}
