package dev.peras.endsession;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.api.Call;
import dev.peras.api.FuzzRun;
import dev.peras.api.Peras;
import dev.peras.api.TestClock;
import dev.peras.api.TestContext;
import dev.peras.api.TestHttp;
import dev.peras.api.TestPeras;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndSessionFunctionTest {
  private final TestClock clock = new TestClock();
  private final Peras peras = TestPeras.create(clock);
  private final EndSessionFunction function = new EndSessionFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "{}"})
  void endsWithOrWithoutABody(String body) {
    TestPeras.start(peras, "s", "c");

    TestHttp.Answer answer = http.post("/v1/sessions/s/end", body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("ended");
    assertThat(answer.json().path("ended_at").asText()).isEqualTo("2026-11-23T12:00:00Z");
  }

  @Test
  void endingAgainShowsTheSame() {
    TestPeras.start(peras, "s", "c");
    String first = http.post("/v1/sessions/s/end", null).text();
    clock.advance(Duration.ofHours(1));

    assertThat(http.post("/v1/sessions/s/end", null).text()).isEqualTo(first);
  }

  @Test
  void refusesFieldsAndUnknownSessions() {
    TestPeras.start(peras, "s", "c");

    assertThat(http.post("/v1/sessions/s/end", "{\"force\":true}").faultyFields())
        .containsExactly("force");
    assertThat(http.post("/v1/sessions/s/end", "[]").status()).isEqualTo(400);
    assertThat(http.post("/v1/sessions/none/end", null).status()).isEqualTo(404);
    assertThat(peras.sessions().get("s").isEnded()).isFalse();
  }

  @Test
  void bearsAnything() {
    TestPeras.start(peras, "guarded", "guarded");
    TestPeras.start(peras, "scratch", "scratch");

    FuzzRun.of(http, Call.END_SESSION, 2000, () -> peras.sessions().get("guarded").toString());
  }
}
