package dev.peras.store;

import java.time.YearMonth;

/**
 * The index of due work: sessions by when they may be idle, months with those at risk last, alerts
 * that are not handed over yet, and deliveries by their next attempt. It is sharded, since one
 * partition of an index takes only so many writes, and it lags behind, so each entry is checked on
 * its item first.
 */
final class DueIndex {
  /** The number of shards. */
  static final int SHARDS = 8;

  /** The place of a month that is not at risk. Those at risk come after it. */
  static final long NOT_AT_RISK = 0;

  /**
   * The place of a month at risk that no sweep has judged yet; later the time of its last
   * judgement.
   */
  static final long NOT_JUDGED = 1;

  private DueIndex() {}

  static String session(int shard) {
    return "SESSION#" + shard;
  }

  static String sessionShard(String sessionId) {
    return session(Math.floorMod(sessionId.hashCode(), SHARDS));
  }

  static String alerts(int shard) {
    return "ALERT#" + shard;
  }

  static String alertShard(String alertId) {
    return alerts(Math.floorMod(alertId.hashCode(), SHARDS));
  }

  static String deliveries(int shard) {
    return "DELIVERY#" + shard;
  }

  static String deliveryShard(String alertId) {
    return deliveries(Math.floorMod(alertId.hashCode(), SHARDS));
  }

  /** Months that something was told of, by their ends. */
  static String windows(int shard) {
    return "WINDOW#" + shard;
  }

  static String windowShard(String customerId) {
    return windows(Math.floorMod(customerId.hashCode(), SHARDS));
  }

  static String month(YearMonth period, int shard) {
    return "MONTH#" + period + "#" + shard;
  }

  static String monthShard(String customerId, YearMonth period) {
    return month(period, Math.floorMod(customerId.hashCode(), SHARDS));
  }
}
