package dev.peras.store;

import dev.peras.engine.budgets.Account;
import dev.peras.engine.money.Usd;

/**
 * What a customer's month comes to.
 *
 * @param spent exactly, or at least
 * @param spentAtMost the same, or at most
 * @param held the open holds; those of sessions that have claimed ahead are missing where this is
 *     not exact
 * @param exact false where too many sessions have claimed ahead to read them
 */
record MonthFigures(Account account, Usd spent, Usd spentAtMost, Usd held, boolean exact) {}
