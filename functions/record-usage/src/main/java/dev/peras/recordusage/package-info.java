/** The function that records usage. */
@NullMarked
package dev.peras.recordusage;

import org.jspecify.annotations.NullMarked;
