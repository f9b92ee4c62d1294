/** Runs the functions as they are deployed: their zips, in processes of their own. */
@NullMarked
package dev.peras.packaged;

import org.jspecify.annotations.NullMarked;
