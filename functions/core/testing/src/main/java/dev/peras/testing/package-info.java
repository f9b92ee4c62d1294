/** What tests of several modules share. */
@NullMarked
package dev.peras.testing;

import org.jspecify.annotations.NullMarked;
