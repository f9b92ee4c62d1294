package dev.peras.store;

import dev.peras.engine.budgets.Limits;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * A customer's limits, and exactly where a month stands against them.
 *
 * @param spent exactly, or at least
 * @param spentAtMost the same, or at most
 * @param exact false where too many sessions have claimed ahead to read them
 * @param claimed what sessions have taken from the month's room, spent or not
 * @param held the open holds
 * @param cap in force, top-ups included; null for none
 * @param remaining of the cap after spending and holds, at least 0; null without a cap
 * @param projected the month's spend if it goes on as it went so far; null early in a month
 */
public record CustomerMonth(
    String customerId,
    Limits limits,
    YearMonth period,
    Usd spent,
    Usd spentAtMost,
    boolean exact,
    Usd claimed,
    Usd held,
    @Nullable Usd cap,
    @Nullable Usd remaining,
    Standing standing,
    int openSessions,
    @Nullable Usd projected) {}
