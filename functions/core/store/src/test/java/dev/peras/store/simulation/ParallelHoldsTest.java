package dev.peras.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Refusal;
import dev.peras.engine.budgets.ClaimPolicy;
import dev.peras.engine.money.Usd;
import dev.peras.store.Retry;
import dev.peras.store.Store;
import dev.peras.store.TestStore;
import dev.peras.table.Item;
import dev.peras.table.Key;
import dev.peras.table.MemoryTable;
import dev.peras.table.Write;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thousand holds at once against room for exactly some of them. */
class ParallelHoldsTest {
  private static final int HOLDS = 1_000;

  @ParameterizedTest
  @CsvSource({"1, 50, 137", "2, 50, 1", "3, 10, 60", "4, 100, 999", "5, 20, 7"})
  void as_many_are_granted_as_the_customers_cap_can_pay(long seed, int sessions, int room) {
    assertThat(new Crowd(seed, sessions, cents(room), null).granted()).isEqualTo(room);
  }

  @ParameterizedTest
  @CsvSource({"6, 42", "7, 99"})
  void as_many_are_granted_as_the_sessions_budget_can_pay(long seed, int room) {
    assertThat(new Crowd(seed, 1, null, cents(room)).granted()).isEqualTo(room);
  }

  private static String cents(int count) {
    return BigDecimal.valueOf(count, 2).toString();
  }

  /** Everyone who wants a hold, on three processes, under the model's eyes. */
  private static final class Crowd {
    private final Chance chance;
    private final Scheduler scheduler;
    private final Clock clock;
    private final Model model;
    private final SimulatedTable table;
    private final List<Instance> processes = new ArrayList<>();
    private final List<Requests.Hold> requests = new ArrayList<>();

    Crowd(long seed, int sessions, @Nullable String cap, @Nullable String budget) {
      this.chance = new Chance(seed);
      this.scheduler = new Scheduler(chance, 50);
      this.clock = new Clock(scheduler, Instant.parse("2026-11-10T12:00:00Z"));
      this.model = new Model(clock, Simulation.stored(TestStore.limits(cap)));
      this.table =
          new SimulatedTable(
              new MemoryTable(),
              scheduler,
              chance,
              new Tally(),
              new Faults(0.2, 0.2, 0),
              watcher());
      for (int i = 0; i < 3; i++) {
        processes.add(
            new Instance(
                clock,
                Duration.ofMillis(i * 500L),
                itsClock ->
                    Store.over(
                        table,
                        TestStore.settings(TestStore.limits(cap), new ClaimPolicy(true)),
                        itsClock,
                        new Retry(
                            Duration.ofHours(1),
                            scheduler::nanos,
                            chance.random(),
                            pause -> scheduler.sleep(pause.toNanos())),
                        () -> "unused")));
      }
      Usd itsBudget = budget == null ? null : Usd.of(budget);
      everyone(
          IntStream.range(0, sessions)
              .mapToObj(i -> (Request) new Requests.Start("c", "s" + i, itsBudget))
              .toList());
      for (int i = 0; i < HOLDS; i++) {
        Model.SessionModel session = model.existing("s" + i % sessions);
        requests.add(new Requests.Hold(session, "h" + i, Usd.of("0.01"), Duration.ofHours(1)));
      }
      everyone(List.copyOf(requests));
    }

    private SimulatedTable.Observer watcher() {
      return new SimulatedTable.Observer() {
        @Override
        public void committed(List<Write> writes, List<SimulatedTable.Change> changes) {
          new Transaction(model, scheduler.agent(), Crowd.this::peek).takeIn(changes);
        }

        @Override
        public void called(String call, Object subject, String outcome) {}
      };
    }

    private @Nullable Item peek(Key key) {
      return table.peek(key);
    }

    /** Sends requests, all at once. */
    private void everyone(List<? extends Request> all) {
      List<Agent> agents = new ArrayList<>();
      for (Request request : all) {
        Agent agent = new Agent(agents.size(), "agent " + agents.size());
        agent.lives(() -> send(agent, request));
        agents.add(agent);
      }
      scheduler.run(agents);
    }

    private void send(Agent agent, Request request) {
      Instance process = chance.oneOf(processes);
      agent.process = process;
      agent.request = request;
      agent.calledAt = process.now();
      agent.watch = request.watch();
      model.look(agent);
      Call call = new Call(model, agent, process, request);
      try {
        request.send(call, process.store());
      } catch (Refusal refusal) {
        model.look(agent);
        assertThat(request.objection(call, refusal)).as(refusal.getMessage()).isNull();
      }
    }

    long granted() {
      return model.sessions().stream().mapToLong(session -> session.stored.holds().size()).sum();
    }
  }
}
