package dev.peras.store;

import dev.peras.engine.Limits;

/** Customers' limits, and their months to the cent. */
public final class Customers {
  /** The deployment's limits for customers that have none of their own. */
  public Limits defaults() {
    throw new UnsupportedOperationException();
  }

  /** A customer's limits and current month. A customer never seen has the default limits. */
  public CustomerMonth get(String customerId) {
    throw new UnsupportedOperationException();
  }

  /** Replaces a customer's limits; they are in force when this returns. */
  public CustomerMonth put(String customerId, Limits limits) {
    throw new UnsupportedOperationException();
  }
}
