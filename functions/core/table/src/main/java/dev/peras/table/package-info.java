/**
 * The port to the database: items by key, conditions, and transactions that happen whole or not at
 * all; and DynamoDB behind it.
 */
@NullMarked
package dev.peras.table;

import org.jspecify.annotations.NullMarked;
