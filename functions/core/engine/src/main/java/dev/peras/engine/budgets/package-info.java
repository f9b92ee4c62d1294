/** Limits, and where a customer's month stands against them. */
@NullMarked
package dev.peras.engine.budgets;

import org.jspecify.annotations.NullMarked;
