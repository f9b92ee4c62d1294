package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The examples in docs/webhooks.md are what the code makes. {@code -Dwebhooks.doc.write=true}
 * writes them.
 */
class WebhooksDocTest {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(?<start>^```(json|text) (?<name>[a-z-]+)\\n)(?<text>.*?)^```$",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Test
  void the_examples_are_what_the_code_makes() throws IOException {
    Map<String, String> made = made();
    Path file = file();
    String doc = Files.readString(file);
    String fresh =
        EXAMPLE
            .matcher(doc)
            .replaceAll(example ->
                Matcher.quoteReplacement(
                    example.group("start") + made.get(example.group("name")) + "```"));
    if (Boolean.getBoolean("webhooks.doc.write")) {
      Files.writeString(file, fresh);
    }
    assertThat(EXAMPLE.matcher(doc).results().map(example -> example.group("name")))
        .containsExactlyInAnyOrderElementsOf(made.keySet());
    assertThat(Files.readString(file)).isEqualTo(fresh);
  }

  private static Map<String, String> made() throws JsonProcessingException {
    Map<String, String> made = new LinkedHashMap<>();
    Message standard = message(Format.STANDARD);
    made.put("standard", pretty(standard));
    made.put("headers", headers(standard));
    made.put("slack", SlackText.of(json(message(Format.SLACK))));
    made.put("slack-digest", SlackText.of(json(digest())));
    made.put("teams", pretty(message(Format.TEAMS)));
    made.put("pagerduty", pretty(message(Format.PAGERDUTY)));
    return made;
  }

  private static Message message(Format format) {
    return Messages.of(Samples.reached(), Samples.target(format), Samples.AT.plusSeconds(2));
  }

  private static Message digest() {
    AlertReport other =
        Samples.report(
            Samples.alert(
                "globex",
                AlertType.CAPPED,
                Standing.State.CAPPED,
                Usd.of("50.12"),
                Usd.of("50"),
                Alert.BUDGET));
    return Messages.digest(List.of(Samples.reached(), other), Samples.target(Format.SLACK));
  }

  private static String headers(Message message) {
    StringBuilder lines = new StringBuilder();
    for (String name : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
      lines.append(name).append(": ").append(message.headers().get(name)).append('\n');
    }
    return lines.toString();
  }

  private static JsonNode json(Message message) throws JsonProcessingException {
    return MAPPER.readTree(new String(message.body(), UTF_8));
  }

  private static String pretty(Message message) throws JsonProcessingException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(indenter)
            .withArrayIndenter(indenter);
    return MAPPER.writer(printer).writeValueAsString(json(message)) + "\n";
  }

  private static Path file() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve("docs/webhooks.md"))) {
        return up.resolve("docs/webhooks.md");
      }
    }
    throw new IllegalStateException("no docs/webhooks.md above " + Path.of("").toAbsolutePath());
  }
}
