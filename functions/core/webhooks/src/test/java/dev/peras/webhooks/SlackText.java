package dev.peras.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a reader sees of a Slack message. */
final class SlackText {
  private SlackText() {}

  static String of(JsonNode message) {
    StringBuilder shown = new StringBuilder();
    for (JsonNode block : message.get("blocks")) {
      List<String> texts = new ArrayList<>();
      if (block.has("text")) {
        texts.add(shown(block.get("text")));
      }
      for (JsonNode field : block.path("fields")) {
        texts.add(shown(field).replace("\n", " "));
      }
      shown.append(String.join(" | ", texts)).append('\n');
    }
    return shown.toString();
  }

  private static String shown(JsonNode text) {
    String value = text.get("text").textValue();
    if (text.get("type").textValue().equals("mrkdwn")) {
      value = value.replaceAll("<([^|>]*)\\|([^>]*)>", "$2 ($1)").replaceAll("[*`]", "");
    }
    return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }
}
