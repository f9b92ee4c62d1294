/** Exact amounts of US dollars. */
@NullMarked
package dev.peras.engine.money;

import org.jspecify.annotations.NullMarked;
