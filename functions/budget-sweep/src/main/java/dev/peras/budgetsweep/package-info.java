/** Background maintenance on a schedule: ends idle sessions and re-evaluates months at risk. */
@NullMarked
package dev.peras.budgetsweep;

import org.jspecify.annotations.NullMarked;
