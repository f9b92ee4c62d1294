/** The function that shows sessions and their ledgers, and answers requests without a route. */
@NullMarked
package dev.peras.readsessions;

import org.jspecify.annotations.NullMarked;
