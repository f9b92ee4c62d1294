/** The usage of a model call: its tokens, and the event that reports it. */
@NullMarked
package dev.peras.engine.usage;

import org.jspecify.annotations.NullMarked;
