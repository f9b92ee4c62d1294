/**
 * Sessions, accounts and prices in one DynamoDB table, and the protocol that keeps them exact.
 *
 * <p>{@link dev.peras.table.Table} is the port to the database: single items, one transaction a
 * change. Everything above it runs the same on every implementation of it.
 */
@NullMarked
package dev.peras.store;

import org.jspecify.annotations.NullMarked;
