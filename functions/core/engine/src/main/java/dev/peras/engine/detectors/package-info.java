/** The five detectors of runaway behaviour, and the warnings that they raise. */
@NullMarked
package dev.peras.engine.detectors;

import org.jspecify.annotations.NullMarked;
