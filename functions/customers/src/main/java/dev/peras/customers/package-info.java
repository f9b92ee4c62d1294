/** The function that keeps customers' limits and shows their months. */
@NullMarked
package dev.peras.customers;

import org.jspecify.annotations.NullMarked;
