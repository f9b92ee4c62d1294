@NullMarked
package dev.peras.customers;

import org.jspecify.annotations.NullMarked;
