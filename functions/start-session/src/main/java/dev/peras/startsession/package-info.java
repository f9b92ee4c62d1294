/** The function that starts sessions. */
@NullMarked
package dev.peras.startsession;

import org.jspecify.annotations.NullMarked;
