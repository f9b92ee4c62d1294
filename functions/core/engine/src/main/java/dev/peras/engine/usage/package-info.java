/** What a model call used: its tokens, and the event that reports it. */
@NullMarked
package dev.peras.engine.usage;

import org.jspecify.annotations.NullMarked;
