@NullMarked
package dev.peras.prices;

import org.jspecify.annotations.NullMarked;
