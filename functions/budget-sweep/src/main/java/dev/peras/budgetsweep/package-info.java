/** The function that does what nobody's call does: it runs by a schedule. */
@NullMarked
package dev.peras.budgetsweep;

import org.jspecify.annotations.NullMarked;
