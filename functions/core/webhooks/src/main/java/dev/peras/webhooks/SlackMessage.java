package dev.peras.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.json.Json;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert as Slack's blocks.
 *
 * <p>Names are plain text, in which Slack reads no mark-up; only our own figures and links are
 * mrkdwn.
 */
final class SlackMessage {
  private static final int MAX_HEADER = 150;
  private static final int MAX_TEXT = 2000;

  private SlackMessage() {}

  static ObjectNode of(AlertReport report, @Nullable URI base) {
    Alert alert = report.alert();
    ArrayNode blocks = Json.array();
    blocks.add(header(AlertText.title(alert)));
    String bar = AlertText.bar(alert);
    blocks.add(
        section(
            mrkdwn((bar == null ? "" : "`" + bar + "`\n") + "*" + AlertText.spent(alert) + "*")));
    List<AlertText.Fact> facts = AlertText.facts(report);
    if (!facts.isEmpty()) {
      ObjectNode fields = Json.object().put("type", "section");
      fields.set(
          "fields",
          Json.array(facts, fact -> mrkdwn("*%s*\n%s".formatted(fact.label(), fact.value()))));
      blocks.add(fields);
    }
    for (AlertText.Fact detail : AlertText.details(report)) {
      blocks.add(section(plain(detail.label() + ": " + detail.value(), MAX_TEXT)));
    }
    String link = AlertText.link(base, alert);
    if (link != null) {
      blocks.add(section(mrkdwn("<%s|Open in Peras>".formatted(escape(link)))));
    }
    return message(AlertText.title(alert) + ": " + AlertText.spent(alert), blocks);
  }

  static ObjectNode digest(List<AlertReport> reports) {
    String title = "%d alerts".formatted(reports.size());
    ArrayNode blocks = Json.array();
    blocks.add(header(title));
    for (AlertReport report :
        reports.subList(0, Math.min(reports.size(), AlertText.MOST_IN_DIGEST))) {
      Alert alert = report.alert();
      String bar = AlertText.bar(alert);
      String text =
          AlertText.title(alert) + "\n" + (bar == null ? "" : bar + "  ") + AlertText.spent(alert);
      blocks.add(section(plain(text, MAX_TEXT)));
    }
    int rest = reports.size() - AlertText.MOST_IN_DIGEST;
    if (rest > 0) {
      blocks.add(section(plain("and %d more".formatted(rest), MAX_TEXT)));
    }
    return message(title, blocks);
  }

  private static ObjectNode message(String fallback, ArrayNode blocks) {
    ObjectNode message = Json.object();
    message.put("text", escape(AlertText.cut(fallback, MAX_TEXT)));
    message.put("mrkdwn", false);
    message.set("blocks", blocks);
    return message;
  }

  private static ObjectNode header(String text) {
    ObjectNode header = Json.object().put("type", "header");
    header.set("text", plain(text, MAX_HEADER));
    return header;
  }

  private static ObjectNode section(ObjectNode text) {
    ObjectNode section = Json.object().put("type", "section");
    section.set("text", text);
    return section;
  }

  private static ObjectNode plain(String text, int most) {
    return Json.object()
        .put("type", "plain_text")
        .put("text", escape(AlertText.cut(text, most)))
        .put("emoji", false);
  }

  private static ObjectNode mrkdwn(String text) {
    return Json.object().put("type", "mrkdwn").put("text", text);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
