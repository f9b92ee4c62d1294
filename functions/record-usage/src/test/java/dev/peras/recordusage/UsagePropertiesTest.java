package dev.peras.recordusage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.app.Services;
import dev.peras.app.TestServices;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Tokens;
import dev.peras.http.TestContext;
import dev.peras.http.TestHttp;
import dev.peras.testing.MovableClock;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What holds for every usage object, sound or not: none is answered with a 5xx, none makes a bucket
 * negative, a sound one costs exactly its buckets, and a model without a price costs nothing and
 * counts nothing.
 *
 * <p>{@code -Dfuzz.seed} repeats a run, {@code -Dfuzz.samples} makes one longer.
 */
class UsagePropertiesTest {
  private static final int SAMPLES = 50_000;
  private static final int PER_SESSION = 500;

  /** Rates that differ so much that a cost tells its buckets apart. */
  private static final Rates RATES =
      new Rates(
          Usd.of("0.000001"),
          Usd.of("1"),
          Usd.of("1000"),
          Usd.of("0.001"),
          Usd.of("1000000"),
          Usd.of("0.000000001"));

  private final Services peras = TestServices.create(new MovableClock("2026-11-23T12:00:00Z"));
  private final RecordUsageFunction function = new RecordUsageFunction(peras);
  private final TestHttp http =
      new TestHttp(event -> function.handleRequest(event, TestContext.NONE));

  private String session = "";
  private int counted;
  private int unpriced;

  @Test
  void every_usage_object_is_counted_exactly_or_refused_whole() {
    // A build server plays the same objects each time, so that what turns red is the change.
    boolean isBuildServer = System.getenv("CI") != null;
    long seed = Long.getLong("fuzz.seed", isBuildServer ? 1 : System.nanoTime());
    int samples = Integer.getInteger("fuzz.samples", SAMPLES);
    System.out.println("Usage objects with -Dfuzz.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    UsageFuzz fuzz = new UsageFuzz(random);
    peras.prices().put("spread", Price.of(RATES), null);
    for (int i = 0; i < samples; i++) {
      if (i % PER_SESSION == 0) {
        session = "s" + i;
        TestServices.start(peras, session, "c", null);
      }
      send("e" + i, fuzz.next(), random.nextInt(5) > 0);
    }
    System.out.printf(
        "%d usage objects: %d counted, %d refused, %d of these for want of a price%n",
        samples, counted, samples - counted, unpriced);
    assertThat(counted).isGreaterThan(samples / 12);
    assertThat(unpriced).isGreaterThan(samples / 100);
  }

  private void send(String id, UsageFuzz.Sample sample, boolean isPriced) {
    Session before = peras.sessions().get(session);
    String event =
        "{\"event_id\":\"%s\",\"model\":\"%s\",\"usage\":%s}"
            .formatted(id, isPriced ? "spread" : "unheard-of", sample.usage());
    TestHttp.Answer answer = http.post("/v1/sessions/" + session + "/usage", event);
    Session after = peras.sessions().get(session);
    String about = "%s: %s%nanswered with %s".formatted(sample.kind(), event, answer.text());

    boolean isSound = sample.tokens() != null;
    if (answer.status() == 200) {
      counted++;
      assertThat(isPriced && !sample.mustFail()).as(about).isTrue();
      Tokens tokens = since(before.tokens(), after.tokens());
      assertThat(smallest(tokens)).as(about).isNotNegative();
      assertThat(tokens.reasoning()).as(about).isBetween(0L, tokens.output());
      assertThat(after.spent().minus(before.spent())).as(about).isEqualTo(RATES.costOf(tokens));
      assertThat(tokens).as(about).isEqualTo(isSound ? sample.tokens() : tokens);
      return;
    }
    assertThat(answer.status()).as(about).isEqualTo(422);
    assertThat(after).as(about).isEqualTo(before);
    if (isSound) {
      unpriced++;
      assertThat(isPriced).as(about).isFalse();
      assertThat(answer.json().path("code").asText()).as(about).isEqualTo("unknown_model");
    } else if (sample.mustFail()) {
      assertThat(answer.faultyFields()).as(about).isNotEmpty().allMatch(f -> f.startsWith("usage"));
    }
  }

  private static Tokens since(Tokens before, Tokens after) {
    return new Tokens(
        after.input() - before.input(),
        after.output() - before.output(),
        after.cacheRead() - before.cacheRead(),
        after.cacheWrite() - before.cacheWrite(),
        after.cacheWrite1h() - before.cacheWrite1h(),
        after.reasoning() - before.reasoning());
  }

  private static long smallest(Tokens tokens) {
    return LongStream.of(
            tokens.input(),
            tokens.output(),
            tokens.cacheRead(),
            tokens.cacheWrite(),
            tokens.cacheWrite1h())
        .min()
        .orElseThrow();
  }
}
