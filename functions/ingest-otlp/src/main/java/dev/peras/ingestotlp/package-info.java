/** Telemetry of model calls, reduced to the usage events that Peras counts. */
@NullMarked
package dev.peras.ingestotlp;

import org.jspecify.annotations.NullMarked;
