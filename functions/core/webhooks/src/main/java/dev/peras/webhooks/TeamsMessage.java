package dev.peras.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.json.Json;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert as an Adaptive Card, for a Workflows webhook of Teams.
 *
 * <p>Text is in text runs, in which Teams reads no Markdown; only our own figures are in facts.
 */
final class TeamsMessage {
  private static final int MAX_TEXT = 2000;

  private TeamsMessage() {}

  static ObjectNode of(AlertReport report, @Nullable URI base) {
    Alert alert = report.alert();
    ArrayNode body = Json.array();
    body.add(title(AlertText.title(alert)));
    String bar = AlertText.bar(alert);
    if (bar != null) {
      body.add(text(run(bar).put("fontType", "Monospace")));
    }
    body.add(text(run(AlertText.spent(alert))));
    List<AlertText.Fact> facts = AlertText.facts(report);
    if (!facts.isEmpty()) {
      ObjectNode set = Json.object().put("type", "FactSet");
      set.set(
          "facts",
          Json.array(
              facts, fact -> Json.object().put("title", fact.label()).put("value", fact.value())));
      body.add(set);
    }
    for (AlertText.Fact detail : AlertText.details(report)) {
      body.add(text(run(detail.label() + ": " + detail.value())));
    }
    return message(body, AlertText.link(base, alert));
  }

  static ObjectNode digest(List<AlertReport> reports) {
    ArrayNode body = Json.array();
    body.add(title("%d alerts".formatted(reports.size())));
    for (AlertReport report :
        reports.subList(0, Math.min(reports.size(), AlertText.MOST_IN_DIGEST))) {
      Alert alert = report.alert();
      String bar = AlertText.bar(alert);
      body.add(text(run(AlertText.title(alert)).put("weight", "Bolder")));
      body.add(text(run((bar == null ? "" : bar + "  ") + AlertText.spent(alert))));
    }
    int rest = reports.size() - AlertText.MOST_IN_DIGEST;
    if (rest > 0) {
      body.add(text(run("and %d more".formatted(rest))));
    }
    return message(body, null);
  }

  private static ObjectNode message(ArrayNode body, @Nullable String link) {
    ObjectNode card = Json.object();
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard");
    card.put("version", "1.4");
    card.set("body", body);
    if (link != null) {
      ObjectNode open = Json.object();
      open.put("type", "Action.OpenUrl").put("title", "Open in Peras").put("url", link);
      card.set("actions", Json.array().add(open));
    }
    ObjectNode attachment = Json.object();
    attachment.put("contentType", "application/vnd.microsoft.card.adaptive");
    attachment.set("content", card);
    ObjectNode message = Json.object().put("type", "message");
    message.set("attachments", Json.array().add(attachment));
    return message;
  }

  private static ObjectNode title(String text) {
    return text(run(text).put("weight", "Bolder").put("size", "Large"));
  }

  private static ObjectNode text(JsonNode run) {
    ObjectNode block = Json.object().put("type", "RichTextBlock");
    block.set("inlines", Json.array().add(run));
    return block;
  }

  private static ObjectNode run(String text) {
    return Json.object().put("type", "TextRun").put("text", AlertText.cut(text, MAX_TEXT));
  }
}
