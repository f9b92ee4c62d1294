package dev.peras.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.budgets.Periods;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Tokens;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a session's state. */
public final class SessionView {
  private SessionView() {}

  /**
   * The state as the API has it.
   *
   * @param now decides which holds are open and which month is the customer's current one
   */
  public static ObjectNode of(Session session, Instant now) {
    Session.Terms terms = session.terms();
    ObjectNode json = Json.object();
    json.put("session_id", terms.sessionId());
    json.put("customer_id", terms.customerId());
    json.put("task", terms.task());
    json.put("model", terms.model());
    json.put("status", session.isEnded() ? "ended" : "open");
    json.set("budget", Json.money(terms.budget()));
    json.set("total_cost", Json.money(session.spent()));
    json.set("remaining", Json.money(session.remaining(now)));
    Json.putHeld(json, session.held(now));
    json.put("steps", session.steps());
    Tokens tokens = session.tokens();
    putTokens(json, tokens);
    json.put("total_tokens", tokens.total());
    json.put("stop", session.stop());
    json.put("stop_reason", stopReason(session));
    json.set("warnings", warnings(session));
    WarningSum unknown = session.warnings().get(WarningType.CALL_WITHOUT_USAGE);
    json.put("calls_without_usage", unknown == null ? 0 : unknown.count());
    json.set("started_at", Json.time(terms.startedAt()));
    json.set("updated_at", Json.time(session.updatedAt()));
    json.set("ended_at", Json.time(session.endedAt()));
    json.putObject("customer")
        .put("customer_id", terms.customerId())
        .put("period", Periods.of(now, terms.zone()).toString())
        .put("state", session.customer().state().name().toLowerCase(Locale.ROOT));
    return json;
  }

  /** The token buckets, as events and states name them. */
  public static void putTokens(ObjectNode json, Tokens tokens) {
    json.put("input_tokens", tokens.input());
    json.put("output_tokens", tokens.output());
    json.put("cache_read_tokens", tokens.cacheRead());
    json.put("cache_write_tokens", tokens.cacheWrite());
    json.put("cache_write_1h_tokens", tokens.cacheWrite1h());
    json.put("reasoning_tokens", tokens.reasoning());
  }

  /** Why to stop; the session's own limit comes first. Named like the refusals of a hold. */
  private static @Nullable String stopReason(Session session) {
    if (session.isBudgetUsedUp()) {
      return "session_budget_reached";
    }
    if (session.customer().blocked()) {
      return "customer_cap_reached";
    }
    WarningType stoppedBy = session.observations().stoppedBy();
    return stoppedBy == null ? null : stoppedBy.wireName();
  }

  private static ArrayNode warnings(Session session) {
    ArrayNode warnings = Json.array();
    if (!session.warnings().isEmpty()) {
      new EnumMap<>(session.warnings())
          .forEach((type, sum) -> warnings.add(WarningView.of(type, sum)));
    }
    return warnings;
  }
}
