/**
 * Usage objects of providers, SDKs and frameworks, read into disjoint buckets. {@link
 * dev.peras.usage.Shapes} is the table of what they send.
 */
@NullMarked
package dev.peras.usage;

import org.jspecify.annotations.NullMarked;
