/** Alerts: which changes make one, and what it contains. */
@NullMarked
package dev.peras.engine.alerts;

import org.jspecify.annotations.NullMarked;
