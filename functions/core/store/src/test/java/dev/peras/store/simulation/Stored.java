package dev.peras.store.simulation;

import dev.peras.table.Item;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items as the model sees them. */
final class Stored {
  private Stored() {}

  /**
   * A session's share of a month.
   *
   * @param freesAt the time in its pointer at holds that may have expired; null for none
   */
  record Share(
      BigDecimal spent,
      BigDecimal claimed,
      BigDecimal booked,
      boolean loose,
      @Nullable Instant freesAt) {
    /** What can be spent of it before the account hears. */
    BigDecimal most() {
      return loose ? claimed : spent;
    }
  }

  record Hold(String id, BigDecimal amount, String period, Instant expiresAt) {
    static Hold of(AttributeValue value) {
      List<AttributeValue> l = value.l();
      return new Hold(
          l.get(0).s(), Attributes.number(l.get(1)), l.get(2).s(), Attributes.time(l.get(3)));
    }
  }

  /**
   * A session item.
   *
   * @param standing the code of the customer's standing
   */
  record Session(
      String customerId,
      @Nullable BigDecimal budget,
      ZoneId zone,
      Instant startedAt,
      Map<String, Share> shares,
      long steps,
      Map<String, Hold> holds,
      String standing,
      Instant updatedAt,
      @Nullable Instant endedAt) {

    static Session of(Item item) {
      Attributes session = Attributes.of(item);
      Attributes state = session.map("s");
      Map<String, Hold> holds = new LinkedHashMap<>();
      if (state.has("h")) {
        state.get("h").l().stream().map(Hold::of).forEach(hold -> holds.put(hold.id(), hold));
      }
      Map<String, Share> shares = new HashMap<>();
      long steps = 0;
      for (Map.Entry<String, AttributeValue> entry : state.map("b").values().entrySet()) {
        List<AttributeValue> l = entry.getValue().l();
        BigDecimal spent = BigDecimal.ZERO;
        for (AttributeValue model : l.get(0).m().values()) {
          steps += Long.parseLong(model.l().get(0).n());
          spent = spent.add(Attributes.number(model.l().get(1)));
        }
        shares.put(entry.getKey(), share(entry.getKey(), l, spent, holds));
      }
      return new Session(
          session.text("cu"),
          session.optionalNumber("bu"),
          ZoneId.of(session.text("zo")),
          session.time("at"),
          shares,
          steps,
          holds,
          state.text("c"),
          state.time("u"),
          state.has("e") ? state.time("e") : null);
    }

    /** An exact share is written as no more than the time of its pointer, if it has one. */
    private static Share share(
        String period, List<AttributeValue> l, BigDecimal spent, Map<String, Hold> holds) {
      if (l.size() == 3) {
        return new Share(
            spent, Attributes.number(l.get(1)), Attributes.number(l.get(2)), true, null);
      }
      BigDecimal claimed = spent;
      for (Hold hold : holds.values()) {
        claimed = hold.period().equals(period) ? claimed.add(hold.amount()) : claimed;
      }
      Instant freesAt = l.size() == 2 ? Attributes.time(l.get(1)) : null;
      return new Share(spent, claimed, spent, false, freesAt);
    }

    Share share(String period) {
      return Objects.requireNonNull(shares.get(period), period);
    }
  }

  record Threshold(String label, BigDecimal amount, boolean alerting, long crossing) {
    static Threshold of(Map<String, AttributeValue> values) {
      Attributes threshold = new Attributes(values);
      return new Threshold(
          threshold.text("label"),
          threshold.number("amount"),
          threshold.get("alerting").bool(),
          threshold.count("crossing"));
    }
  }

  record Account(
      BigDecimal spent,
      BigDecimal most,
      BigDecimal claimed,
      long loose,
      BigDecimal settled,
      long openSessions,
      long endedSessions,
      @Nullable BigDecimal cap,
      boolean blocks,
      long limitsVersion,
      boolean unjudged,
      List<Threshold> thresholds) {

    static Account of(Item item) {
      Attributes account = Attributes.of(item);
      return new Account(
          account.number("spent"),
          account.number("most"),
          account.number("claimed"),
          account.count("loose"),
          account.number("settled"),
          account.count("open_sessions"),
          account.count("ended_sessions"),
          account.optionalNumber("cap"),
          account.has("blocks"),
          account.count("limits_version"),
          account.has("unjudged"),
          account.get("thresholds").l().stream().map(t -> Threshold.of(t.m())).toList());
    }

    /** What stops agents; null where nothing does. */
    @Nullable BigDecimal ceiling() {
      return blocks ? cap : null;
    }

    boolean isAtCap() {
      return thresholds.stream().anyMatch(t -> t.label().equals("cap") && t.alerting());
    }

    /** The code that a session keeps of it. */
    String standing() {
      if (isAtCap()) {
        return blocks ? "b" : "c";
      }
      return thresholds.stream().anyMatch(Threshold::alerting) ? "a" : "o";
    }
  }

  /** A customer's limits. */
  record Limits(
      long version,
      @Nullable BigDecimal cap,
      List<String> alertThresholds,
      boolean blocks,
      ZoneId zone) {

    static Limits of(Item item) {
      Attributes limits = Attributes.of(item);
      return new Limits(
          limits.count("version"),
          limits.optionalNumber("monthly_cap"),
          limits.get("alert_thresholds").l().stream().map(AttributeValue::s).toList(),
          limits.has("blocks"),
          ZoneId.of(limits.text("time_zone")));
    }

    /** The amounts that they come to, by label. */
    Map<String, BigDecimal> amounts(BigDecimal topUps) {
      Map<String, BigDecimal> amounts = new HashMap<>();
      BigDecimal raised = cap == null ? null : cap.add(topUps);
      for (String label : alertThresholds) {
        if (!label.endsWith("%")) {
          amounts.put(label, new BigDecimal(label));
        } else if (raised != null) {
          BigDecimal percentage = new BigDecimal(label.substring(0, label.length() - 1));
          amounts.put(label, raised.multiply(percentage).movePointLeft(2));
        }
      }
      if (raised != null) {
        amounts.put("cap", raised);
      }
      return amounts;
    }
  }
}
