package dev.peras.endsession;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.FuzzRun;
import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.http.Call;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndSessionFunctionTest {
  private final MovableClock clock = new MovableClock("2026-11-23T12:00:00Z");
  private final Services peras = TestServices.create(clock);
  private final EndSessionFunction function = new EndSessionFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "{}"})
  void ends_with_or_without_a_body(String body) {
    TestServices.start(peras, "s", "c");

    TestHttp.Answer answer = http.post("/v1/sessions/s/end", body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("ended");
    assertThat(answer.json().path("ended_at").asText()).isEqualTo("2026-11-23T12:00:00Z");
  }

  @Test
  void ending_again_shows_the_same() {
    TestServices.start(peras, "s", "c");
    String first = http.post("/v1/sessions/s/end", null).text();
    clock.advance(Duration.ofHours(1));

    assertThat(http.post("/v1/sessions/s/end", null).text()).isEqualTo(first);
  }

  @Test
  void refuses_fields_and_unknown_sessions() {
    TestServices.start(peras, "s", "c");

    assertThat(http.post("/v1/sessions/s/end", "{\"force\":true}").faultyFields())
        .containsExactly("force");
    assertThat(http.post("/v1/sessions/s/end", "[]").status()).isEqualTo(400);
    assertThat(http.post("/v1/sessions/none/end", null).status()).isEqualTo(404);
    assertThat(peras.sessions().get("s").isEnded()).isFalse();
  }

  @Test
  void bears_anything() {
    TestServices.start(peras, "guarded", "guarded");
    TestServices.start(peras, "scratch", "scratch");

    FuzzRun.of(http, Call.END_SESSION, 2000, () -> peras.sessions().get("guarded").toString());
  }
}
