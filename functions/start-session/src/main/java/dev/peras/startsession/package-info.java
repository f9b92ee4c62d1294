@NullMarked
package dev.peras.startsession;

import org.jspecify.annotations.NullMarked;
