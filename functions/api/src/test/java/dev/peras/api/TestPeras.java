package dev.peras.api;

import dev.peras.engine.Hash;
import dev.peras.engine.Price;
import dev.peras.engine.Rates;
import dev.peras.engine.Usd;
import dev.peras.store.MemoryTable;
import dev.peras.store.OverrideCache;
import dev.peras.store.StartRequest;
import java.time.InstantSource;
import java.util.Map;

/** All of Peras on a table in memory, with one more model. */
public final class TestPeras {
  public static final String MODEL = "test-model";

  private TestPeras() {}

  public static Peras create(InstantSource clock) {
    return create(clock, Settings.fromEnvironment(Map.of()));
  }

  /** Peras with a price for {@value #MODEL}: $1 per million tokens in and $2 out. */
  public static Peras create(InstantSource clock, Settings settings) {
    Peras peras = Peras.over(new MemoryTable(), settings, clock, new OverrideCache());
    peras.prices().put(MODEL, Price.of(Rates.of(Usd.of("1"), Usd.of("2"))), null);
    return peras;
  }

  /** Starts a session of a customer, with a budget of $1. */
  public static void start(Peras peras, String sessionId, String customerId) {
    peras
        .sessions()
        .start(
            new StartRequest(
                sessionId,
                customerId,
                null,
                null,
                Usd.of("1"),
                null,
                Map.of(),
                Hash.of(sessionId)));
  }
}
