/**
 * The HTTP contract: API Gateway events in and out, strict JSON, problem details.
 *
 * <p>A function is a {@link dev.peras.api.HttpFunction} with a handler for each {@link
 * dev.peras.api.Call} that it answers. A handler reads a {@link dev.peras.api.Request}, calls a
 * service of {@link dev.peras.api.Peras} and shows what came of it.
 */
@NullMarked
package dev.peras.api;

import org.jspecify.annotations.NullMarked;
