/** What models cost: rates, tiers, off-peak hours, and how a model's name finds its price. */
@NullMarked
package dev.peras.engine.pricing;

import org.jspecify.annotations.NullMarked;
