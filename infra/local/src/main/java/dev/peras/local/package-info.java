/**
 * The whole of Peras in one process, for a laptop and for tests.
 *
 * <p>It does what AWS does around the functions (routes, events, policies, table), reading {@code
 * template.yaml} for all of it, and nothing of what they do: the handler classes are the deployed
 * ones.
 */
@NullMarked
package dev.peras.local;

import org.jspecify.annotations.NullMarked;
