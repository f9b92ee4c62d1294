package dev.peras.store;

import dev.peras.engine.Limits;

/** Customers' limits, and their months to the cent. */
public interface Customers {
  /** The deployment's limits for customers that have none of their own. */
  Limits defaults();

  /** A customer's limits and current month. A customer never seen has the default limits. */
  CustomerMonth get(String customerId);

  /** Replaces a customer's limits; they are in force when this returns. */
  CustomerMonth put(String customerId, Limits limits);
}
