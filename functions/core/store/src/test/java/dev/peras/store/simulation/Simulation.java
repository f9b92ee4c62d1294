package dev.peras.store.simulation;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.sessions.Step;
import dev.peras.store.Report;
import dev.peras.store.Retry;
import dev.peras.store.Store;
import dev.peras.store.TestStore;
import dev.peras.store.simulation.Model.CustomerModel;
import dev.peras.store.simulation.Model.MonthModel;
import dev.peras.store.simulation.Model.SessionModel;
import dev.peras.table.Table;
import dev.peras.table.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

/**
 * One run of the whole store in a world that a seed makes: agents that start, meter, hold and end,
 * people who move limits, sweeps, clocks that jump, and a table that fails, over several processes
 * at once. The {@link Model} watches every transaction and every answer.
 *
 * <p>A run is a pure function of its seed: the {@link Scheduler} lets one agent go on at a time and
 * chooses who, pauses and clocks are simulated, and all chance comes from one {@link Chance}.
 */
final class Simulation {
  private static final Duration LEDGER_LIFE = Duration.ofDays(40);
  private static final int LEDGER_PAGE = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Logger SWEEP_LOG = Logger.getLogger("dev.peras.store.Sweep");

  static {
    SWEEP_LOG.setFilter(logged -> {
      if (logged.getThrown() instanceof Refusal refusal
          && refusal.reason() instanceof Reason.TryAgain) {
        return false;
      }
      throw new Violation("a sweep fails only when it met others", "" + logged.getThrown());
    });
  }

  private final Chance chance;
  private final Plan plan;
  private final Scheduler scheduler;
  private final Clock clock;
  private final Model model;
  private final SimulatedTable table;
  private final Table seenByStores;
  private final Workload workload;
  private final Tally tally;
  private final Trace trace;
  private final List<Instance> processes = new ArrayList<>();
  private final List<Agent> agents = new ArrayList<>();
  private int operationsLeft;
  private int lastSession;

  /**
   * Sets up a run.
   *
   * @param on an empty table, on which all happens
   * @param mutation what makes the store under test wrong on purpose; none if it is the identity
   */
  Simulation(
      long seed,
      int operations,
      Table on,
      Tally tally,
      Trace trace,
      UnaryOperator<Table> mutation) {
    this.chance = new Chance(seed);
    this.plan = new Plan(chance);
    this.operationsLeft = operations;
    this.tally = tally;
    this.trace = trace;
    this.scheduler = new Scheduler(chance, plan.switchPercent);
    this.clock = new Clock(scheduler, plan.start);
    this.model = new Model(clock, stored(plan.defaults));
    this.table = new SimulatedTable(on, scheduler, chance, tally, plan.faults, new Watcher());
    this.table.prepare(prepared ->
        TestStore.over(prepared, () -> plan.start)
            .endpoints()
            .put("hook", none -> TestStore.endpoint("hook")));
    this.seenByStores = mutation.apply(table);
    this.workload = new Workload(plan, chance, model, tally);
  }

  static Stored.Limits stored(Limits limits) {
    return new Stored.Limits(
        limits.version(),
        limits.monthlyCap() == null ? null : limits.monthlyCap().value(),
        limits.alertThresholds().stream().map(t -> t.label()).toList(),
        limits.blocks(),
        limits.timeZone());
  }

  /** Runs it. Throws a {@link Violation} if there is one. */
  void run() {
    for (int i = 0; i < plan.processes; i++) {
      processes.add(newProcess());
    }
    for (int i = 0; i < plan.agents; i++) {
      Agent agent = new Agent(i, "agent " + i);
      agent.lives(() -> work(agent));
      agents.add(agent);
    }
    Agent world = new Agent(plan.agents, "world");
    world.lives(() -> disturb());
    agents.add(world);
    scheduler.run(agents);

    Agent last = new Agent(0, "last");
    last.lives(() -> settle(last));
    scheduler.run(List.of(last));
    tally.add("protocol: hand-overs", scheduler.switches());
  }

  private Instance newProcess() {
    long most = Clock.MAX_SKEW.toMillis();
    Duration skew = Duration.ofMillis(chance.random().nextLong(-most, most + 1));
    boolean isAhead = chance.percent(plan.claimingAhead);
    tally.add(isAhead ? "process: claiming ahead" : "process: claiming exactly");
    return new Instance(
        clock,
        skew,
        itsClock ->
            Store.over(
                seenByStores,
                TestStore.settings(plan.defaults, new ClaimPolicy(isAhead)),
                itsClock,
                new Retry(PATIENCE, scheduler::nanos, chance.random(), this::pause),
                this::newSessionId));
  }

  private void pause(Duration pause) {
    tally.add("protocol: pauses before a retry");
    scheduler.sleep(pause.toNanos());
  }

  private String newSessionId() {
    String id = "made" + ++lastSession;
    if (scheduler.agent().request instanceof Requests.Start start) {
      start.madeId(id);
    }
    return id;
  }

  // What agents do.

  private void work(Agent agent) {
    while (operationsLeft > 0) {
      operationsLeft--;
      perform(agent, chance.oneOf(processes), workload.next());
    }
  }

  private void perform(Agent agent, Instance process, Request request) {
    try {
      call(agent, process, request);
    } catch (Faults.Crash crash) {
      trace.add(agent, "died");
      tally.add("operation: " + request.kind() + " -> crash");
    }
    agent.request = null;
    agent.watch = null;
    if (!request.isDone()) {
      workload.wasNotAnswered(request);
    }
  }

  private void call(Agent agent, Instance process, Request request) {
    agent.process = process;
    agent.request = request;
    agent.calledAt = process.now();
    agent.watch = request.watch();
    request.called();
    model.look(agent);
    Call call = new Call(model, agent, process, request);
    trace.add(agent, request);
    try {
      request.send(call, process.store());
      request.done();
      trace.add(agent, "answered");
      tally.add("operation: " + request.kind() + " -> answered");
    } catch (Refusal refusal) {
      trace.add(agent, refusal.reason());
      tally.add(
          "operation: " + request.kind() + " -> " + refusal.reason().getClass().getSimpleName());
      if (!(refusal.reason() instanceof Reason.TryAgain)) {
        model.look(agent);
        String objection = request.objection(call, refusal);
        Violation.unless(
            objection == null,
            "nobody is refused without a reason",
            () -> "%s was refused with %s, but %s".formatted(request, refusal.reason(), objection));
        request.done();
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(agent + " failed: " + request, e);
    }
  }

  // What the world does to them.

  private void disturb() {
    while (operationsLeft > 0) {
      scheduler.sleep(chance.between(50, 2_500) * 1_000_000L);
      int dice = chance.below(10);
      if (dice < 7) {
        jump();
      } else if (dice < 9) {
        processes.set(chance.below(processes.size()), newProcess());
        tally.add("world: process replaced");
      } else {
        table.expire(clock.earliest().getEpochSecond());
      }
    }
  }

  private void jump() {
    int dice = chance.below(100);
    Duration by;
    if (dice < 45) {
      by = Duration.ofSeconds(chance.between(1, 60));
    } else if (dice < 70) {
      by = Duration.ofMinutes(chance.between(1, 90));
    } else if (dice < 82) {
      by = Duration.ofHours(chance.between(2, 30));
    } else if (dice < 88) {
      by = Duration.ofDays(chance.between(2, 8));
    } else if (dice < 90) {
      by = Duration.ofDays(chance.between(20, 40));
    } else {
      by = toMonthEnd();
    }
    clock.jump(by);
    tally.add("world: clock jumps");
    trace.add("world", "it is " + clock.now());
    agents.forEach(model::look);
  }

  /** To a little before the next month begins, somewhere. */
  private Duration toMonthEnd() {
    tally.add("world: clock jumps to a month's end");
    ZoneOffset offset = ZoneOffset.ofHours(chance.oneOf(0, 0, 1, -5, 13));
    Instant now = clock.now();
    Instant end =
        YearMonth.from(now.atOffset(offset))
            .plusMonths(1)
            .atDay(1)
            .atStartOfDay(offset)
            .toInstant();
    Duration by = Duration.between(now, end.minusMillis(chance.between(0, 5_000)));
    return by.isNegative() ? Duration.ZERO : by;
  }

  // How it ends.

  /** Everyone gets an answer at last, everything ends, and then every figure must be exact. */
  private void settle(Agent agent) {
    table.calmDown();
    Instance process = newProcess();
    for (Request request : List.copyOf(workload.unanswered())) {
      if (!request.isDone()) {
        answer(agent, process, request);
      }
    }
    for (String customer : plan.customers) {
      answer(agent, process, new Requests.GetMonth(customer));
    }
    boolean bySweep = chance.percent(50);
    if (bySweep) {
      clock.jump(Duration.ofHours(2));
      table.calmDown();
      answer(agent, process, new Requests.Sweep(plan.idleTimeout, Integer.MAX_VALUE, tally));
    }
    for (SessionModel session : model.sessions()) {
      Violation.unless(
          session.isEnded() || !bySweep, "the sweep ends what is idle", () -> session.id);
      answer(agent, process, new Requests.End(session.id));
    }
    deliverAll(agent, process);
    for (CustomerModel customer : model.customers()) {
      answer(agent, process, new Requests.GetMonth(customer.id));
      customer.months.values().stream()
          .filter(month -> month.stored != null)
          .forEach(month -> checkAtRest(month, process.store()));
    }
    for (SessionModel session : model.sessions()) {
      if (session.stored.startedAt().plus(LEDGER_LIFE).isBefore(clock.latest())) {
        continue;
      }
      List<Step> ledger = process.store().sessions().ledger(session.id, null).entries();
      Violation.unless(
          ledger.size() == Math.min(session.events.size(), LEDGER_PAGE),
          "the ledger has every event",
          () -> "%s: %d of %d".formatted(session.id, ledger.size(), session.events.size()));
    }
  }

  /**
   * Attempts that were broken off are made again when their lease has run out; what has just been
   * handed over is seen by the next turn.
   */
  private void deliverAll(Agent agent, Instance process) {
    for (int turn = 0; turn < 4; turn++) {
      clock.jump(Duration.ofMinutes(2));
      table.calmDown();
      answer(agent, process, new Requests.Deliver(tally));
    }
    Set<String> missing = new LinkedHashSet<>(model.alerts());
    missing.removeAll(model.received());
    Violation.unless(missing.isEmpty(), "I7 every alert arrives", () -> "" + missing);
    tally.add("at the end: alerts received", model.alerts().size());
  }

  private void answer(Agent agent, Instance process, Request request) {
    perform(agent, process, request);
    Violation.unless(request.isDone(), "undisturbed, everything is answered", request::toString);
  }

  private void checkAtRest(MonthModel month, Store store) {
    Stored.Account account = Objects.requireNonNull(month.stored);
    model.check(month);
    Violation.unlessSame(account.claimed(), month.spent, "at rest, claimed = spent", month);
    Violation.unlessSame(account.settled(), month.spent, "at rest, settled = spent", month);
    Violation.unlessSame(account.spent(), month.spent, "at rest, everything is booked", month);
    String pk = "ACCOUNT#customer:" + month.customer.id + ":month#" + month.period;
    Violation.unless(
        table.peek(pk).size() == 1, "at rest, no pointer is left", () -> "" + table.peek(pk));
    YearMonth period = YearMonth.parse(month.period);
    Report report = store.customers().report(month.customer.id, period);
    Violation.unlessSame(
        report.totals().cost().value(), month.spent, "a report has the month's spend", month);
    Violation.unless(
        report.totals().sessions() == month.ended.size(),
        "a report has the month's sessions",
        () -> "%s: %d of %d".formatted(month, report.totals().sessions(), month.ended.size()));
    tally.add("at the end: months checked");
  }

  /** Shows the model what the table does, and counts what the protocol does. */
  private final class Watcher implements SimulatedTable.Observer {
    @Override
    public void committed(List<Write> writes, List<SimulatedTable.Change> changes) {
      Agent agent = scheduler.agent();
      trace.add(agent, "  commits", writes, "for " + agent.request);
      new Transaction(model, agent, table::peek).takeIn(changes);
      count(Objects.requireNonNull(agent.request), writes);
      for (Agent other : agents) {
        model.look(other);
      }
    }

    private void count(Request request, List<Write> writes) {
      tally.add("protocol: transactions");
      boolean isOfSession = request.sessionId() != null;
      boolean writesAccount = false;
      boolean claimsAhead = false;
      boolean changesOthers = false;
      boolean pulls = false;
      for (Write write : writes) {
        boolean isAccount = write.key().sk().equals("ACCOUNT");
        writesAccount |= isAccount;
        claimsAhead |= isAccount && write.condition().toString().contains("Missing[name=tight]");
        boolean isSession = write.key().sk().equals("SESSION") && write instanceof Write.Update;
        changesOthers |= isSession && !write.key().pk().equals("SESSION#" + request.sessionId());
        pulls |= write instanceof Write.Delete && write.key().sk().startsWith("LOOSE#");
        if (isAccount && write instanceof Write.Update update) {
          countStates(update);
        }
      }
      if (changesOthers && !(request instanceof Requests.Sweep)) {
        tally.add(pulls ? "protocol: claims pulled" : "protocol: expired holds taken back");
      } else if (isOfSession && !(request instanceof Requests.Start)) {
        tally.add(
            claimsAhead
                ? "protocol: changes that claim ahead"
                : writesAccount ? "protocol: exact changes" : "protocol: changes within a claim");
      }
    }

    private void countStates(Write.Update update) {
      for (Write.Change change : update.changes()) {
        boolean isSet = change instanceof Write.Change.Set;
        switch (change.name()) {
          case "tight" -> tally.add(isSet ? "account: tight" : "account: wide again");
          case "unjudged" -> tally.add(isSet ? "account: to be judged" : "account: judged");
          case "blocked" -> tally.add(isSet ? "account: first refusal" : "account: unblocked");
          default -> {}
        }
      }
    }

    @Override
    public void called(String call, Object subject, String outcome) {
      tally.add("protocol: calls of the table");
      trace.add(scheduler.agent(), call, subject, outcome);
    }
  }
}
