package dev.peras.startsession;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import dev.peras.json.DetectorReader;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.json.Rule;
import dev.peras.store.StartRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what someone who starts a session asks for. */
final class StartReader {
  private static final String DEFAULT_CUSTOMER = "default";
  private static final Rule<String> TASK = Rule.text(1, 256);

  private StartReader() {}

  /**
   * Reads all fields.
   *
   * @param deployment the detector settings that a session's own ones change
   */
  static StartRequest read(Fields fields, DetectorSettings deployment) {
    String sessionId = fields.find("session_id", Rule.ID);
    String customerId = fields.find("customer_id", Rule.ID, DEFAULT_CUSTOMER);
    String task = fields.find("task", TASK);
    String model = fields.find("model", Rule.MODEL);
    Usd budget = fields.find("budget", Rule.BUDGET);
    JsonNode detectorsAsSent = fields.node("detectors");
    Fields detectorFields = fields.object("detectors");
    DetectorSettings detectors =
        detectorFields == null ? null : DetectorReader.read(detectorFields, deployment);
    Map<String, String> tags = fields.tags("tags");
    fields.end();
    Hash fingerprint = fingerprint(customerId, task, model, budget, detectorsAsSent, tags);
    return new StartRequest(
        sessionId, customerId, task, model, budget, detectors, tags, fingerprint);
  }

  /**
   * Of what was asked, not of how it was written: the order of fields, 1.50 for 1.5 or a null for
   * an absent field make no other start. Settings that a deployment fills in are no part of it, so
   * that a start can be repeated after they have changed.
   */
  private static Hash fingerprint(
      String customerId,
      @Nullable String task,
      @Nullable String model,
      @Nullable Usd budget,
      @Nullable JsonNode detectors,
      Map<String, String> tags) {
    ObjectNode content = Json.object();
    content.put("customer_id", customerId);
    content.put("task", task);
    content.put("model", model);
    content.set("budget", Json.money(budget));
    content.set("detectors", detectors);
    tags.forEach(content.putObject("tags")::put);
    return Hash.of(Json.writeCanonically(content));
  }
}
