/** What wires a function: settings, services, priming and metrics. */
@NullMarked
package dev.peras.app;

import org.jspecify.annotations.NullMarked;
