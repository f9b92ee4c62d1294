package dev.peras.recordusage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.api.Json;
import dev.peras.api.SessionView;
import dev.peras.api.WarningView;
import dev.peras.engine.DetectorSettings;
import dev.peras.engine.Evidence;
import dev.peras.engine.Session;
import dev.peras.engine.Usd;
import dev.peras.engine.Warning;
import dev.peras.engine.WarningType;
import dev.peras.store.Recorded;
import java.time.Instant;

/** Shows what recording came to: the session's state, what was raised, and the events. */
final class RecordedView {
  private RecordedView() {}

  /**
   * The answer to a request to record usage.
   *
   * @param deployment the detector settings of sessions that bring none of their own
   */
  static ObjectNode of(Recorded recorded, DetectorSettings deployment, Instant now) {
    ObjectNode json = SessionView.of(recorded.session(), now);
    json.set("warnings", warnings(recorded, deployment));
    json.set("events", Json.array(recorded.events(), RecordedView::entry));
    return json;
  }

  private static ArrayNode warnings(Recorded recorded, DetectorSettings deployment) {
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

  private static JsonNode entry(Recorded.Entry entry) {
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
