/** A Lambda function without a framework, to measure the others against. */
@NullMarked
package dev.peras.plain;

import org.jspecify.annotations.NullMarked;
