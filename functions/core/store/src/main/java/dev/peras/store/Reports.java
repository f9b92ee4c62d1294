package dev.peras.store;

import dev.peras.engine.budgets.Limits;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.engine.sessions.ModelSum;
import dev.peras.engine.sessions.PeriodShare;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Tokens;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.Table;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adds up the report of a month, session by session. It reads every session with a share of the
 * month, a read unit for every few sessions: for people and for the end of a month, not for
 * polling.
 */
final class Reports {
  private static final int PAGE = 100;
  private static final int TOP = 10;

  private final Table table;

  Reports(Table table) {
    this.table = table;
  }

  Report report(String customerId, YearMonth period, Limits limits) {
    return report(customerId, period, limits, Integer.MAX_VALUE);
  }

  /** The same of so many sessions or a few more, open ones first. */
  Report report(String customerId, YearMonth period, Limits limits, int most) {
    Adding adding = new Adding(period);
    // A session that ends meanwhile moves from the first list to the second: it is added once.
    Set<String> seen = new HashSet<>();
    for (String prefix : List.of(Keys.openPrefix(period), Keys.endedPrefix(period))) {
      String after = null;
      List<Item> pointers;
      do {
        pointers = table.query(Keys.customer(customerId), prefix, after, PAGE);
        List<Key> keys =
            pointers.stream()
                .map(pointer -> pointer.text("sk").substring(prefix.length()))
                .filter(seen::add)
                .map(Keys::session)
                .toList();
        table.getAll(keys).stream().map(SessionItem::read).forEach(adding::add);
        after = pointers.isEmpty() ? null : pointers.getLast().text("sk");
      } while (pointers.size() == PAGE && seen.size() < most);
    }
    return adding.report(customerId, limits);
  }

  /** A report that grows by one session after the other. */
  private static final class Adding {
    private static final Comparator<Report.TopSession> DEAREST_FIRST =
        Comparator.comparing(Report.TopSession::cost)
            .reversed()
            .thenComparing(Report.TopSession::sessionId);

    private final YearMonth period;
    private final Map<String, ModelSum> byModel = new TreeMap<>();
    private final Map<String, Usd> byTask = new TreeMap<>();
    private final Map<WarningType, Long> warnings = new EnumMap<>(WarningType.class);
    private List<Report.TopSession> top = new ArrayList<>();
    private Usd total = Usd.ZERO;
    private Tokens tokens = Tokens.NONE;
    private long sessions;

    Adding(YearMonth period) {
      this.period = period;
    }

    void add(Session session) {
      PeriodShare share = session.share(period);
      String task = session.terms().task() == null ? "" : session.terms().task();
      sessions++;
      total = total.plus(share.spent());
      share
          .models()
          .forEach((model, sum) -> {
            byModel.merge(model, sum, ModelSum::plus);
            tokens = tokens.plus(sum.tokens());
          });
      byTask.merge(task, share.spent(), Usd::plus);
      top.add(new Report.TopSession(session.id(), task, share.spent()));
      top.sort(DEAREST_FIRST);
      top = new ArrayList<>(top.subList(0, Math.min(TOP, top.size())));
      if (session.periods().getFirst().period().equals(period)) {
        for (Map.Entry<WarningType, WarningSum> warning : session.warnings().entrySet()) {
          warnings.merge(warning.getKey(), warning.getValue().count(), Long::sum);
        }
      }
    }

    Report report(String customerId, Limits limits) {
      return new Report(
          customerId,
          period,
          limits,
          new Report.Totals(total, sessions, tokens),
          byModel,
          byTask,
          warnings,
          top);
    }
  }
}
