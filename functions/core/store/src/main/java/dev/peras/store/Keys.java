package dev.peras.store;

import dev.peras.table.Key;
import java.time.YearMonth;

/** The keys of all items of the store, built here and nowhere else. */
final class Keys {
  static final String EVENT_PREFIX = "EVENT#";
  static final String HOLD_PREFIX = "HOLD#";
  static final String TOP_UP_PREFIX = "TOPUP#";
  static final String SESSION_SK = "SESSION";
  static final String ALERT_SK = "ALERT";
  static final String DELIVERY_PREFIX = "DELIVERY#";
  static final String ENDPOINTS_PK = "WEBHOOKS";
  static final String ENDPOINT_PREFIX = "WEBHOOK#";
  static final String PRICES_PK = "PRICES";
  static final String PRICE_PREFIX = "PRICE#";

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

  static Key account(String customerId, YearMonth period) {
    return new Key(customer(customerId), "MONTH#" + period);
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

  /** The month of an account. */
  static YearMonth period(Key account) {
    return YearMonth.parse(account.sk().substring("MONTH#".length()));
  }
}
