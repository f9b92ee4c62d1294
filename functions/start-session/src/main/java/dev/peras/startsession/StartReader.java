package dev.peras.startsession;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.http.Caller;
import dev.peras.http.Request;
import dev.peras.json.DetectorReader;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import dev.peras.store.StartRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads requests to start a session. */
final class StartReader {
  private static final String DEFAULT_CUSTOMER = "default";
  private static final Rule<String> TASK = Rule.text(1, 256);

  private StartReader() {}

  /**
   * Reads a request's body.
   *
   * @param deployment the detector settings that a session's own ones change
   */
  static StartRequest read(Request request, DetectorSettings deployment) {
    return request.body(fields -> asked(fields, deployment)).request(request.caller());
  }

  private static Asked asked(Fields fields, DetectorSettings deployment) {
    return new Asked(
        fields.find("session_id", Rule.ID),
        fields.find("customer_id", Rule.ID),
        fields.find("task", TASK),
        fields.find("model", Rule.MODEL),
        fields.find("budget", Rule.BUDGET),
        fields.node("detectors"),
        fields.object("detectors", rules -> DetectorReader.read(rules, deployment)),
        fields.tags("tags"));
  }

  private record Asked(
      @Nullable String sessionId,
      @Nullable String named,
      @Nullable String task,
      @Nullable String model,
      @Nullable Usd budget,
      @Nullable JsonNode detectorsAsSent,
      @Nullable DetectorSettings detectors,
      Map<String, String> tags) {

    StartRequest request(Caller caller) {
      String customer = caller.customer(named);
      String customerId = customer == null ? DEFAULT_CUSTOMER : customer;
      return new StartRequest(
          sessionId, customerId, task, model, budget, detectors, tags, fingerprint(customerId));
    }

    /**
     * A fingerprint of the request's meaning, not of its spelling: the order of fields, 1.50 for
     * 1.5 or a null for an absent field make no difference. The deployment's settings are no part
     * of it, so that a start can be repeated after they have changed.
     */
    private Hash fingerprint(String customerId) {
      ObjectNode content = Json.object();
      content.put("customer_id", customerId);
      content.put("task", task);
      content.put("model", model);
      content.set("budget", Json.money(budget));
      content.set("detectors", detectorsAsSent);
      tags.forEach(content.putObject("tags")::put);
      return Hash.of(Json.writeCanonically(content));
    }
  }
}
