package dev.peras.recordusage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.Evidence;
import dev.peras.engine.detectors.Warning;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Session;
import dev.peras.json.Json;
import dev.peras.json.SessionView;
import dev.peras.json.WarningView;
import dev.peras.store.RecordResult;
import java.time.Instant;

/** Shows what recording came to: the session's state, what was raised, and the events. */
final class RecordedView {
  private RecordedView() {}

  /**
   * The answer to a request to record usage.
   *
   * @param deployment the detector settings of sessions that bring none of their own
   */
  static ObjectNode of(RecordResult recorded, DetectorSettings deployment, Instant now) {
    ObjectNode json = SessionView.of(recorded.session(), now);
    json.set("warnings", warnings(recorded, deployment));
    json.set("events", Json.array(recorded.events(), RecordedView::entry));
    return json;
  }

  private static ArrayNode warnings(RecordResult recorded, DetectorSettings deployment) {
    ArrayNode warnings = Json.array(recorded.raised(), WarningView::of);
    boolean saysSo =
        recorded.raised().stream().anyMatch(w -> w.type() == WarningType.BUDGET_EXCEEDED);
    DetectorSettings own = recorded.session().terms().detectors();
    boolean isOn = (own == null ? deployment : own).budgetExceeded();
    if (isOn && !saysSo) {
      addBudgetExceeded(warnings, recorded.session());
    }
    return warnings;
  }

  /** A session past its budget says so every time, even where nothing new was counted. */
  private static void addBudgetExceeded(ArrayNode warnings, Session session) {
    Usd budget = session.terms().budget();
    Usd spent = session.spent();
    if (budget != null && spent.isMoreThan(budget)) {
      Evidence evidence = new Evidence(spent.value(), budget.value(), budget.value());
      warnings.add(
          WarningView.of(new Warning(WarningType.BUDGET_EXCEEDED, session.steps(), evidence)));
    }
  }

  private static JsonNode entry(RecordResult.Entry entry) {
    ObjectNode json = Json.object();
    json.put("event_id", entry.eventId());
    json.put("step", entry.step());
    json.set("cost", Json.money(entry.cost()));
    json.put("duplicate", entry.duplicate());
    if (entry.late()) {
      json.put("late", true);
    }
    return json;
  }
}
