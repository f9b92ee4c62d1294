@NullMarked
package dev.peras.endsession;

import org.jspecify.annotations.NullMarked;
