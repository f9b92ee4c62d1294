package dev.peras.engine.detectors;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Tokens;
import java.time.Instant;

/**
 * What detectors look at in a step.
 *
 * @param number its place in the session, from 1
 * @param at when it occurred
 */
public record Judged(
    long number, String model, Tokens tokens, Activity activity, Usd cost, Instant at) {}
