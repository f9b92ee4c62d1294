/** Tests of what is deployed. */
@NullMarked
package dev.peras.packaged;

import org.jspecify.annotations.NullMarked;
