/** What the engine, the claims and the sweep cost, in time, memory and requests. */
@NullMarked
package dev.peras.bench;

import org.jspecify.annotations.NullMarked;
