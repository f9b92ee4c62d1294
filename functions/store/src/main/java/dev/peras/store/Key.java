package dev.peras.store;

import java.time.YearMonth;

/**
 * The key of an item. Every kind of item gets its key here and nowhere else.
 *
 * @param pk the partition: items that are read or written together share it
 * @param sk the item's name in its partition
 */
public record Key(String pk, String sk) {
  static final String EVENT_PREFIX = "EVENT#";
  static final String HOLD_PREFIX = "HOLD#";
  static final String TOP_UP_PREFIX = "TOPUP#";
  static final String SESSION_SK = "SESSION";
  static final String PRICES_PK = "PRICES";
  static final String PRICE_PREFIX = "PRICE#";

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

  static String customerId(Key ofCustomer) {
    return ofCustomer.pk().substring("CUSTOMER#".length());
  }

  /** The month of an account. */
  static YearMonth period(Key account) {
    return YearMonth.parse(account.sk().substring("MONTH#".length()));
  }
}
