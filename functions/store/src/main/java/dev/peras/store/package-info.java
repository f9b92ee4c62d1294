@NullMarked
package dev.peras.store;

import org.jspecify.annotations.NullMarked;
