/** How long the engine takes, and what it allocates. */
@NullMarked
package dev.peras.bench;

import org.jspecify.annotations.NullMarked;
