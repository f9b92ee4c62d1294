/** Management of the keys that callers send. */
@NullMarked
package dev.peras.managekeys;

import org.jspecify.annotations.NullMarked;
