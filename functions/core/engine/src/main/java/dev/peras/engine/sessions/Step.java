package dev.peras.engine.sessions;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Rates;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A usage event as it was counted: an entry of the ledger that never changes again.
 *
 * @param number its place in the session, from 1, in order of arrival
 * @param rates what a million tokens were priced at; null where the sender gave the cost
 * @param period the month it counts in
 * @param late it arrived after its session had ended, or after its own month had closed
 * @param fingerprint of the event as sent
 */
public record Step(
    String eventId,
    long number,
    String model,
    Tokens tokens,
    boolean batch,
    int toolCalls,
    Usd cost,
    @Nullable Rates rates,
    Instant occurredAt,
    Instant recordedAt,
    YearMonth period,
    boolean late,
    @Nullable String holdId,
    @Nullable Hash prompt,
    @Nullable Hash result,
    Map<String, String> tags,
    Hash fingerprint) {

  public Step {
    tags = Map.copyOf(tags);
  }
}
