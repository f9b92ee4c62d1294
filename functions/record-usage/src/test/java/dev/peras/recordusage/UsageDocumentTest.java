package dev.peras.recordusage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/usage.md cost what stands below them. */
class UsageDocumentTest {
  private static final Path DOCUMENT = Path.of("../../docs/usage.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```json\n(.*)\n```\n\n[^`]* is \\*\\*\\$([0-9.]+)\\*\\*");

  @Test
  void every_example_costs_what_the_document_says() throws IOException {
    Services peras = TestServices.create(new MovableClock("2026-11-23T12:00:00Z"));
    RecordUsageFunction function = new RecordUsageFunction(peras);
    TestHttp http = new TestHttp(event -> function.handleRequest(event, TestContext.NONE));
    TestServices.start(peras, "s", "c", null);
    String text = Files.readString(DOCUMENT);
    int examples = 0;
    var found = EXAMPLE.matcher(text);
    while (found.find()) {
      examples++;
      TestHttp.Answer answer = http.post("/v1/sessions/s/usage", found.group(1));

      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.json().path("events").path(0).path("cost").decimalValue())
          .as(found.group(1))
          .isEqualByComparingTo(found.group(2));
    }
    assertThat(examples).isEqualTo(text.split("```json", -1).length - 1).isGreaterThan(9);
  }
}
