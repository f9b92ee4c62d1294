package dev.peras.store;

import dev.peras.engine.budgets.Claim;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.Hold;
import dev.peras.engine.sessions.ModelSum;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Tokens;
import dev.peras.table.AttributeValues;
import dev.peras.table.Condition;
import dev.peras.table.Item;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A session as an item.
 *
 * <p>It is written at every step, and DynamoDB bills by the kilobyte, so names are short and texts
 * are made when read. Terms, written once: {@code cu} customer, {@code ta} task, {@code mo} model,
 * {@code bu} budget, {@code de} detectors, {@code tg} tags, {@code zo} time zone, {@code at} start,
 * {@code fp} fingerprint. Then {@code v}, the version, and {@code s}, the state: {@code b} shares
 * of periods, each with its sums per model and its claim, {@code h} holds, {@code d} what the
 * detectors remember of each agent, {@code r} what was spent lately, {@code w} warnings, {@code x}
 * the detector that stopped it, {@code c} the customer's standing, {@code u} time of the last
 * change, {@code e} time of the end. Times are milliseconds since 1970.
 */
final class SessionItem {
  static final String VERSION = "v";

  private static final String STATE = "s";
  private static final String SHARES = "b";

  /**
   * Version 0.1.0 kept shares in another form, under another name so that neither reads the
   * other's.
   */
  private static final String OLD_SHARES = "p";

  private SessionItem() {}

  /**
   * A new session.
   *
   * @param dueAt when to check whether it is idle; records never change it, so that they never
   *     touch the index
   */
  static Write create(Session session, Instant dueAt) {
    Session.Terms terms = session.terms();
    Item.Builder item =
        Item.at(Keys.session(terms.sessionId()))
            .put("cu", terms.customerId())
            .optional("ta", terms.task())
            .optional("mo", terms.model())
            .optional("bu", terms.budget())
            .texts("tg", terms.tags())
            .put("zo", terms.zone().getId())
            .put("at", terms.startedAt())
            .put("fp", terms.fingerprint())
            .put(VERSION, session.version())
            .put(STATE, state(session))
            .put(Table.DUE_SHARD, DueIndex.sessionShard(terms.sessionId()))
            .put(Table.DUE_AT, dueAt.getEpochSecond());
    if (terms.detectors() != null) {
      item.put("de", DetectorAttributes.settings(terms.detectors()));
    }
    return new Write.Put(item.item(), Condition.absent());
  }

  /** The session's next state, in place of the one with its version. */
  static Write update(Session session) {
    List<Write.Change> changes = new ArrayList<>();
    changes.add(new Write.Change.Set(VERSION, AttributeValues.of(session.version() + 1)));
    changes.add(new Write.Change.Set(STATE, state(session)));
    return new Write.Update(
        Keys.session(session.id()), changes, Condition.equal(VERSION, session.version()));
  }

  /** Writes nothing, and holds as long as the session has this version. */
  static Write unchanged(Session session) {
    return new Write.Check(Keys.session(session.id()), Condition.equal(VERSION, session.version()));
  }

  /** Looks at the session again at another time. Its version stays: its state does not change. */
  static Write moveDue(Session session, Instant dueAt) {
    return new Write.Update(
        Keys.session(session.id()),
        List.of(new Write.Change.Set(Table.DUE_AT, AttributeValues.of(dueAt.getEpochSecond() + 1))),
        Condition.equal(VERSION, session.version()));
  }

  /** The session's end: it leaves the index of what is due. */
  static Write end(Session session) {
    List<Write.Change> changes =
        List.of(
            new Write.Change.Set(VERSION, AttributeValues.of(session.version() + 1)),
            new Write.Change.Set(STATE, state(session)),
            new Write.Change.Remove(Table.DUE_SHARD),
            new Write.Change.Remove(Table.DUE_AT));
    return new Write.Update(
        Keys.session(session.id()), changes, Condition.equal(VERSION, session.version()));
  }

  static Session read(Item item) {
    AttributeValue detectors = item.find("de");
    Session.Terms terms =
        new Session.Terms(
            item.text("pk").substring("SESSION#".length()),
            item.text("cu"),
            new Session.Labels(item.optionalText("ta"), item.texts("tg")),
            item.optionalText("mo"),
            item.optionalUsd("bu"),
            detectors == null ? null : DetectorAttributes.settings(detectors.l()),
            new Session.Start(item.instant("at"), ZoneId.of(item.text("zo")), item.hash("fp")));
    Item state = new Item(item.get(STATE).m());
    List<Hold> holds = holds(state.find("h"));
    return new Session(
        terms,
        item.number(VERSION),
        shares(state, holds),
        holds,
        DetectorAttributes.observations(state),
        standing(state.text("c")),
        state.instant("u"),
        state.optionalInstant("e"));
  }

  private static AttributeValue state(Session session) {
    Map<String, AttributeValue> state = new LinkedHashMap<>();
    Map<String, AttributeValue> shares = new LinkedHashMap<>();
    for (PeriodShare share : session.periods()) {
      shares.put(share.period().toString(), share(share));
    }
    state.put(SHARES, AttributeValues.of(shares));
    if (!session.holds().isEmpty()) {
      state.put("h", AttributeValues.of(session.holds().stream().map(SessionItem::hold).toList()));
    }
    DetectorAttributes.put(state, session.observations());
    state.put("c", AttributeValues.of(standing(session.customer())));
    state.put("u", AttributeValues.of(session.updatedAt()));
    if (session.endedAt() != null) {
      state.put("e", AttributeValues.of(session.endedAt()));
    }
    return AttributeValues.of(state);
  }

  /**
   * A share: what it used per model, and its claim. An exact one follows from the rest, but for the
   * time of its pointer; a loose one has its claim and what it has booked.
   */
  private static AttributeValue share(PeriodShare share) {
    Map<String, AttributeValue> models = new LinkedHashMap<>();
    share.models().forEach((name, sum) -> models.put(name, model(sum)));
    List<AttributeValue> values = new ArrayList<>(3);
    values.add(AttributeValues.of(models));
    Claim claim = share.claim();
    if (claim.loose()) {
      values.add(AttributeValues.of(claim.claimed()));
      values.add(AttributeValues.of(claim.booked()));
    } else if (claim.freesAt() != null) {
      values.add(AttributeValues.of(claim.freesAt()));
    }
    return AttributeValues.of(values);
  }

  private static List<PeriodShare> shares(Item state, List<Hold> holds) {
    List<PeriodShare> shares = new ArrayList<>();
    AttributeValue old = state.find(OLD_SHARES);
    if (old == null) {
      state
          .get(SHARES)
          .m()
          .forEach((period, value) -> shares.add(share(YearMonth.parse(period), value.l(), holds)));
    } else {
      boolean isEnded = state.has("e");
      old.m()
          .forEach(
              (period, value) -> shares.add(oldShare(YearMonth.parse(period), value.l(), isEnded)));
    }
    shares.sort((a, b) -> a.period().compareTo(b.period()));
    return shares;
  }

  private static PeriodShare share(YearMonth period, List<AttributeValue> l, List<Hold> holds) {
    PeriodShare share = new PeriodShare(period, models(l.get(0).m()), Claim.NONE);
    if (l.size() == 3) {
      return share.withClaim(
          new Claim(AttributeValues.usd(l.get(1)), AttributeValues.usd(l.get(2)), true, null));
    }
    Usd held = Usd.ZERO;
    for (Hold hold : holds) {
      held = hold.period().equals(period) ? held.plus(hold.amount()) : held;
    }
    Instant freesAt = l.size() == 2 ? AttributeValues.instant(l.get(1)) : null;
    return share.withClaim(Claim.NONE.exactly(share.spent(), held).withFreesAt(freesAt));
  }

  /** As version 0.1.0 wrote it: while its session was open, the account knew of its claim alone. */
  private static PeriodShare oldShare(YearMonth period, List<AttributeValue> l, boolean isEnded) {
    PeriodShare share = new PeriodShare(period, models(l.get(2).m()), Claim.NONE);
    return share.withClaim(
        isEnded
            ? Claim.NONE.exactly(share.spent(), Usd.ZERO)
            : new Claim(AttributeValues.usd(l.get(0)), Usd.ZERO, true, null));
  }

  private static AttributeValue model(ModelSum sum) {
    Tokens tokens = sum.tokens();
    return list(
        AttributeValues.of(sum.steps()),
        AttributeValues.of(sum.cost()),
        AttributeValues.of(tokens.input()),
        AttributeValues.of(tokens.output()),
        AttributeValues.of(tokens.cacheRead()),
        AttributeValues.of(tokens.cacheWrite()),
        AttributeValues.of(tokens.cacheWrite1h()),
        AttributeValues.of(tokens.reasoning()));
  }

  private static Map<String, ModelSum> models(Map<String, AttributeValue> map) {
    Map<String, ModelSum> models = new LinkedHashMap<>();
    map.forEach((name, value) -> {
      List<AttributeValue> l = value.l();
      Tokens tokens =
          new Tokens(
              AttributeValues.number(l.get(2)),
              AttributeValues.number(l.get(3)),
              AttributeValues.number(l.get(4)),
              AttributeValues.number(l.get(5)),
              AttributeValues.number(l.get(6)),
              AttributeValues.number(l.get(7)));
      models.put(
          name,
          new ModelSum(AttributeValues.number(l.get(0)), tokens, AttributeValues.usd(l.get(1))));
    });
    return models;
  }

  private static AttributeValue hold(Hold hold) {
    return list(
        AttributeValues.of(hold.id()),
        AttributeValues.of(hold.amount()),
        AttributeValues.of(hold.period().toString()),
        AttributeValues.of(hold.expiresAt()));
  }

  private static List<Hold> holds(@Nullable AttributeValue value) {
    return value == null
        ? List.of()
        : value.l().stream()
            .map(AttributeValue::l)
            .map(l ->
                new Hold(
                    l.get(0).s(),
                    AttributeValues.usd(l.get(1)),
                    YearMonth.parse(l.get(2).s()),
                    AttributeValues.instant(l.get(3))))
            .toList();
  }

  /** The first letter of the state, or {@code b} where it blocks. */
  private static String standing(Standing standing) {
    return switch (standing.state()) {
      case OK -> "o";
      case ALERTING -> "a";
      case CAPPED -> standing.blocked() ? "b" : "c";
    };
  }

  private static Standing standing(String code) {
    return switch (code) {
      case "o" -> Standing.OK;
      case "a" -> new Standing(Standing.State.ALERTING, false);
      case "c" -> new Standing(Standing.State.CAPPED, false);
      case "b" -> new Standing(Standing.State.CAPPED, true);
      default -> throw new IllegalStateException("unknown standing " + code);
    };
  }

  private static AttributeValue list(AttributeValue... values) {
    return AttributeValues.of(List.of(values));
  }
}
