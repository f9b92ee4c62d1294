package dev.peras.engine.budgets;

/**
 * A write of an account: sums that are added to, a state that is set, and what must be true of the
 * account at that moment.
 *
 * @param before as it was read
 * @param change added to its figures, whatever they are by then
 * @param after as it comes to be if nothing else has happened meanwhile
 */
public record AccountWrite(Account before, Figures change, Account after, Requirement requirement) {

  /** Whether it opens the account. */
  public boolean isFirst() {
    return before.version() == 0;
  }
}
