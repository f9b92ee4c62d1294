package dev.peras.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.http.Call;
import dev.peras.http.TestHttp;
import java.util.function.Supplier;

/** Sends one function what {@link RequestFuzz} makes up, and looks whether it bears it. */
public final class FuzzRun {
  public static final RequestFuzz.Names GUARDED =
      new RequestFuzz.Names("guarded", "guarded", "guarded");
  public static final RequestFuzz.Names SCRATCH =
      new RequestFuzz.Names("scratch", "scratch", TestServices.MODEL);

  private FuzzRun() {}

  /**
   * Fails when a request is answered with a 5xx, or one that must be refused is not, or changes
   * anything.
   *
   * <p>{@code -Dfuzz.seed} repeats a run, {@code -Dfuzz.samples} makes one longer.
   *
   * @param guarded shows the state that no refused request may change
   */
  public static void of(TestHttp http, Call call, int count, Supplier<String> guarded) {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    System.out.println("Fuzzing " + call + " with -Dfuzz.seed=" + seed);
    RequestFuzz fuzz = new RequestFuzz(seed, GUARDED, SCRATCH);
    String before = guarded.get();
    int samples = Integer.getInteger("fuzz.samples", count);
    for (int i = 0; i < samples; i++) {
      RequestFuzz.Sample sample = fuzz.next(call);
      TestHttp.Answer answer = http.send(sample.method(), sample.path(), sample.body());
      assertThat(answer.status())
          .as("%s%nanswered with %s", sample, answer.text())
          .isBetween(sample.mustFail() ? 400 : 200, 499);
      if (sample.mustFail()) {
        assertThat(guarded.get()).as("state after %s", sample).isEqualTo(before);
        assertThat(answer.json().path("detail").asText()).as("%s", sample).isNotBlank();
      }
    }
  }
}
