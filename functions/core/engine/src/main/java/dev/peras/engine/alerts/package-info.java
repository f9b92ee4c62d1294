/** What people are alerted about. */
@NullMarked
package dev.peras.engine.alerts;

import org.jspecify.annotations.NullMarked;
