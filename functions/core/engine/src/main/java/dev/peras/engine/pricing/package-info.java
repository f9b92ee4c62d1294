/** Prices of models: rates, tiers, off-peak hours, and the look-up of a price by a model's name. */
@NullMarked
package dev.peras.engine.pricing;

import org.jspecify.annotations.NullMarked;
