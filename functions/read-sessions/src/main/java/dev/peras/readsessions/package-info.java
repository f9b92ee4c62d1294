/** The function that shows sessions and their ledgers, and answers what no route matches. */
@NullMarked
package dev.peras.readsessions;

import org.jspecify.annotations.NullMarked;
