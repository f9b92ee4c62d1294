/**
 * Metering and limits as pure functions on immutable records.
 *
 * <p>Nothing here knows AWS, a framework, a clock or a random source: time and prices are handed
 * in, state comes out.
 */
@NullMarked
package dev.peras.engine;

import org.jspecify.annotations.NullMarked;
