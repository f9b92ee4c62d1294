package dev.peras.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.api.Json;
import dev.peras.engine.Alert;
import dev.peras.engine.AlertReport;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert as Slack's blocks.
 *
 * <p>What names things is plain text, in which Slack reads no mark-up; only figures and links of
 * ours are mrkdwn.
 */
final class SlackMessage {
  private static final int MAX_HEADER = 150;
  private static final int MAX_TEXT = 2000;

  private SlackMessage() {}

  static ObjectNode of(AlertReport report, @Nullable URI base) {
    Alert alert = report.alert();
    ArrayNode blocks = Json.array();
    blocks.add(header(Wording.title(alert)));
    String bar = Wording.bar(alert);
    blocks.add(
        section(mrkdwn((bar == null ? "" : "`" + bar + "`\n") + "*" + Wording.spent(alert) + "*")));
    List<Wording.Fact> facts = Wording.facts(report);
    if (!facts.isEmpty()) {
      ObjectNode fields = Json.object().put("type", "section");
      fields.set(
          "fields",
          Json.array(facts, fact -> mrkdwn("*%s*\n%s".formatted(fact.label(), fact.value()))));
      blocks.add(fields);
    }
    for (Wording.Fact detail : Wording.details(report)) {
      blocks.add(section(plain(detail.label() + ": " + detail.value(), MAX_TEXT)));
    }
    String link = Wording.link(base, alert);
    if (link != null) {
      blocks.add(section(mrkdwn("<%s|Open in Peras>".formatted(escape(link)))));
    }
    return message(Wording.title(alert) + ": " + Wording.spent(alert), blocks);
  }

  static ObjectNode digest(List<AlertReport> reports) {
    String title = "%d alerts".formatted(reports.size());
    ArrayNode blocks = Json.array();
    blocks.add(header(title));
    for (AlertReport report :
        reports.subList(0, Math.min(reports.size(), Wording.MOST_IN_DIGEST))) {
      Alert alert = report.alert();
      String bar = Wording.bar(alert);
      String text =
          Wording.title(alert) + "\n" + (bar == null ? "" : bar + "  ") + Wording.spent(alert);
      blocks.add(section(plain(text, MAX_TEXT)));
    }
    int rest = reports.size() - Wording.MOST_IN_DIGEST;
    if (rest > 0) {
      blocks.add(section(plain("and %d more".formatted(rest), MAX_TEXT)));
    }
    return message(title, blocks);
  }

  private static ObjectNode message(String fallback, ArrayNode blocks) {
    ObjectNode message = Json.object();
    message.put("text", escape(Wording.cut(fallback, MAX_TEXT)));
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
        .put("text", escape(Wording.cut(text, most)))
        .put("emoji", false);
  }

  private static ObjectNode mrkdwn(String text) {
    return Json.object().put("type", "mrkdwn").put("text", text);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
