/**
 * The table on a laptop: the port over SQLite in this process, durable and quick. It is for the
 * local runner, tests and benches, and is never deployed.
 */
@NullMarked
package dev.peras.embedded;

import org.jspecify.annotations.NullMarked;
