@NullMarked
package dev.peras.api;

import org.jspecify.annotations.NullMarked;
