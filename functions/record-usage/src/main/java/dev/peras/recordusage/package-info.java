@NullMarked
package dev.peras.recordusage;

import org.jspecify.annotations.NullMarked;
