package dev.peras.engine.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Call;
import dev.peras.engine.Samples;
import dev.peras.engine.Seed;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.engine.pricing.PriceBook;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Tokens;
import dev.peras.engine.usage.UsageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A hold for a call's tokens is what settling them can cost at most. */
class HoldCeilingTest {
  private static final int ROUNDS = 1_000;

  @Test
  void L12_no_price_settles_a_call_for_more_than_was_held_for_its_tokens() {
    for (int round = 0; round < ROUNDS; round++) {
      SplittableRandom random = Seed.round(round);
      Price price = price(random, true);
      Tokens most = most(random, price);
      Usd ceiling = Holds.ceiling(price, most);

      for (int i = 0; i < 8; i++) {
        Tokens used = used(random, most);
        boolean isBatch = random.nextBoolean();
        assertThat(settled(price, used, isBatch))
            .as("%s: %s held as %s at %s", Seed.says(round), used, most, price)
            .isLessThanOrEqualTo(ceiling);
      }
    }
  }

  /** By the recorder itself, so that the two can't come apart. */
  private static Usd settled(Price price, Tokens used, boolean isBatch) {
    Call call = Call.named("e").tokens(used);
    Recorder recorder = new Recorder(DetectorSettings.DEFAULTS);
    List<UsageEvent> events = List.of((isBatch ? call.batch() : call).event());
    return recorder
        .record(Samples.session(), events, PriceBook.ofEveryModel(price), Samples.NOW)
        .session()
        .spent();
  }

  @Test
  void L12_a_hold_is_no_more_than_the_dearest_way_to_settle_its_tokens() {
    Rates rates =
        new Rates(
            Usd.of("3"), Usd.of("15"), Usd.of("0.3"), Usd.of("3.75"), Usd.of("6"), Usd.of("20"));
    Tokens most = new Tokens(1_000, 100, 0, 10, 1, 0);

    assertThat(Holds.ceiling(Price.of(rates), most))
        .isEqualTo(rates.costOf(new Tokens(1_000, 100, 0, 10, 1, 100)));
  }

  @Test
  void L12_a_batch_that_costs_more_than_a_call_is_held_for() {
    Price dearBatch =
        new Price(
            Rates.of(Usd.of("1"), Usd.of("2")),
            List.of(),
            Price.of(Rates.of(Usd.of("3"), Usd.of("4"))));

    assertThat(Holds.ceiling(dearBatch, new Tokens(1_000_000, 1_000_000, 0, 0, 0, 0)))
        .isEqualTo(Usd.of("7"));
  }

  @Test
  void L12_a_prompt_that_a_dear_cache_serves_is_held_for() {
    Rates dearCache =
        new Rates(Usd.of("1"), Usd.of("2"), Usd.of("5"), Usd.of("1"), Usd.of("1"), null);

    assertThat(Holds.ceiling(Price.of(dearCache), new Tokens(1_000_000, 0, 0, 0, 0, 0)))
        .isEqualTo(Usd.of("5"));
  }

  /** Any price that an override may state, however odd. */
  private static Price price(RandomGenerator random, boolean hasBatch) {
    List<Price.Tier> tiers = new ArrayList<>();
    long bound = 0;
    for (int i = random.nextInt(4); i > 0; i--) {
      bound += 1 + random.nextInt(1_000);
      tiers.add(new Price.Tier(bound, rates(random)));
    }
    Price batch = hasBatch && random.nextBoolean() ? price(random, false) : null;
    return new Price(rates(random), tiers, batch);
  }

  private static Rates rates(RandomGenerator random) {
    return new Rates(
        rate(random),
        rate(random),
        rate(random),
        rate(random),
        rate(random),
        random.nextBoolean() ? rate(random) : null);
  }

  private static Usd rate(RandomGenerator random) {
    return random.nextInt(5) == 0 ? Usd.ZERO : Usd.of(random.nextInt(10_000) + "e-3");
  }

  /** Often a prompt that ends exactly at a tier's bound or one token past it. */
  private static Tokens most(RandomGenerator random, Price price) {
    long write = random.nextInt(2) * random.nextLong(300);
    long write1h = random.nextInt(2) * random.nextLong(300);
    long context = random.nextLong(4_000);
    if (!price.tiers().isEmpty() && random.nextBoolean()) {
      int tier = random.nextInt(price.tiers().size());
      context = price.tiers().get(tier).aboveInputTokens() + random.nextInt(2);
    }
    return new Tokens(
        Math.max(0, context - write - write1h), random.nextLong(500), 0, write, write1h, 0);
  }

  /** The tokens that were held for, or fewer; a cache may have served them, or stored none. */
  private static Tokens used(RandomGenerator random, Tokens most) {
    long input = part(random, most.input());
    long write = part(random, most.cacheWrite());
    long write1h = part(random, most.cacheWrite1h());
    long output = part(random, most.output());
    long stored = part(random, write);
    long stored1h = part(random, write1h);
    long others = input + write - stored + write1h - stored1h;
    long served = part(random, others);
    return new Tokens(others - served, output, served, stored, stored1h, part(random, output));
  }

  private static long part(RandomGenerator random, long whole) {
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> whole;
      default -> random.nextLong(whole + 1);
    };
  }
}
