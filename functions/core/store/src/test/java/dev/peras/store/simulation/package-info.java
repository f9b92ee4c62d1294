/** Many agents, processes and faults at once, decided by a seed, and watched by a simple model. */
@NullMarked
package dev.peras.store.simulation;

import org.jspecify.annotations.NullMarked;
