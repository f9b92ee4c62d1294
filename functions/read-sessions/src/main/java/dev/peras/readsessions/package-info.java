@NullMarked
package dev.peras.readsessions;

import org.jspecify.annotations.NullMarked;
