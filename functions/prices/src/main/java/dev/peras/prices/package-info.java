/** The function that keeps price overrides. */
@NullMarked
package dev.peras.prices;

import org.jspecify.annotations.NullMarked;
