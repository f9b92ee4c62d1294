/** Sessions: recording usage, holding money, and a session's claim on its customer's month. */
@NullMarked
package dev.peras.engine.sessions;

import org.jspecify.annotations.NullMarked;
