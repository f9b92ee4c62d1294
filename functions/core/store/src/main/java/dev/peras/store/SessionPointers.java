package dev.peras.store;

import dev.peras.engine.sessions.Session;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Write;
import java.time.YearMonth;

/** By these a customer's sessions are listed: one for each month that a session has a share of. */
final class SessionPointers {
  private SessionPointers() {}

  static Write open(Session session, YearMonth period) {
    return new Write.Put(
        Item.at(Keys.open(session.terms().customerId(), period, session.id())).item(),
        Condition.none());
  }

  static Write noLongerOpen(Session session, YearMonth period) {
    return new Write.Delete(
        Keys.open(session.terms().customerId(), period, session.id()), Condition.none());
  }

  static Write ended(Session session, YearMonth period) {
    return new Write.Put(
        Item.at(Keys.ended(session.terms().customerId(), period, session.id())).item(),
        Condition.none());
  }
}
