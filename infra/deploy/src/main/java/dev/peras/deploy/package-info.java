/** Writes what is said of routes outside of the code: templates, sample events, docs. */
@NullMarked
package dev.peras.deploy;

import org.jspecify.annotations.NullMarked;
