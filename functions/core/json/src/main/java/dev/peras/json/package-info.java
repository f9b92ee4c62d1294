/** Strict JSON: fields and their rules, problem details, and how what Peras knows is shown. */
@NullMarked
package dev.peras.json;

import org.jspecify.annotations.NullMarked;
