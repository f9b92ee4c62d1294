package dev.peras.api;

import dev.peras.engine.Account;
import dev.peras.engine.Hash;
import dev.peras.engine.Limits;
import dev.peras.engine.Periods;
import dev.peras.engine.Price;
import dev.peras.engine.Rates;
import dev.peras.engine.Recorder;
import dev.peras.engine.Refusal;
import dev.peras.engine.Session;
import dev.peras.engine.Standing;
import dev.peras.engine.Step;
import dev.peras.engine.UsageEvent;
import dev.peras.engine.Usd;
import dev.peras.engine.Verdict;
import dev.peras.engine.Warning;
import dev.peras.store.CustomerMonth;
import dev.peras.store.Customers;
import dev.peras.store.NamedPrice;
import dev.peras.store.Page;
import dev.peras.store.Prices;
import dev.peras.store.Recorded;
import dev.peras.store.Sessions;
import dev.peras.store.StartRequest;
import dev.peras.store.Started;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The services in memory, just enough of them to test the HTTP layer: the engine does the counting,
 * and there are no claims and no months. Not thread-safe.
 */
public final class TestPeras {
  public static final String MODEL = "test-model";

  private TestPeras() {}

  public static Peras create(InstantSource clock) {
    return create(clock, Settings.fromEnvironment(Map.of()));
  }

  /** Peras with one priced model, {@value #MODEL}: $1 per million tokens in and $2 out. */
  public static Peras create(InstantSource clock, Settings settings) {
    MemoryPrices prices = new MemoryPrices();
    Recorder recorder = new Recorder(prices, settings.detectors());
    return new Peras(
        new MemorySessions(recorder, prices, clock),
        new MemoryCustomers(settings.defaultLimits(), clock),
        prices,
        clock,
        settings);
  }

  /** Starts a session of a customer, with a budget of $1. */
  public static void start(Peras peras, String sessionId, String customerId) {
    peras
        .sessions()
        .start(
            new StartRequest(
                sessionId,
                customerId,
                null,
                null,
                Usd.of("1"),
                null,
                Map.of(),
                Hash.of(sessionId)));
  }

  private static final class MemorySessions implements Sessions {
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, List<Step>> ledgers = new LinkedHashMap<>();
    private final Recorder recorder;
    private final Prices prices;
    private final InstantSource clock;

    MemorySessions(Recorder recorder, Prices prices, InstantSource clock) {
      this.recorder = recorder;
      this.prices = prices;
      this.clock = clock;
    }

    @Override
    public Started start(StartRequest request) {
      String id =
          request.sessionId() == null ? "session-" + (sessions.size() + 1) : request.sessionId();
      Session existing = sessions.get(id);
      if (existing != null) {
        if (existing.terms().fingerprint().equals(request.fingerprint())) {
          return new Started(existing, false);
        }
        throw Refusal.of(Refusal.Code.SESSION_EXISTS, "Session " + id + " was started otherwise.");
      }
      String model = request.model();
      if (model != null && prices.priceOf(model, clock.instant()) == null) {
        throw Refusal.of(
            Refusal.Code.UNKNOWN_MODEL, Refusal.Fault.of("model", Recorder.unpriced(model)));
      }
      Session session =
          Session.start(
              new Session.Terms(
                  id,
                  request.customerId(),
                  request.task(),
                  model,
                  request.budget(),
                  request.detectors(),
                  request.tags(),
                  ZoneId.of("UTC"),
                  clock.instant(),
                  request.fingerprint()),
              Standing.OK);
      sessions.put(id, session);
      ledgers.put(id, new ArrayList<>());
      return new Started(session, true);
    }

    @Override
    public Recorded record(String sessionId, List<UsageEvent> events) {
      Session before = get(sessionId);
      List<Step> ledger = ledgers.getOrDefault(sessionId, List.of());
      List<UsageEvent> fresh = new ArrayList<>();
      List<Refusal.Fault> conflicts = new ArrayList<>();
      Map<String, UsageEvent> seen = new TreeMap<>();
      for (int i = 0; i < events.size(); i++) {
        UsageEvent event = events.get(i);
        Step counted = find(ledger, event.eventId());
        UsageEvent sent = seen.putIfAbsent(event.eventId(), event);
        if ((counted != null && !counted.fingerprint().equals(event.fingerprint()))
            || (sent != null && !sent.fingerprint().equals(event.fingerprint()))) {
          conflicts.add(new Refusal.Fault(i, "event_id", "was sent with other content before"));
        } else if (counted == null && sent == null) {
          fresh.add(event);
        }
      }
      if (!conflicts.isEmpty()) {
        throw Refusal.of(Refusal.Code.EVENT_CONFLICT, "An event differs.", conflicts);
      }
      Session after = before;
      List<Warning> raised = List.of();
      if (!fresh.isEmpty()) {
        Verdict verdict = recorder.record(before, fresh, clock.instant());
        after = verdict.session();
        raised = verdict.raised();
        ledger.addAll(verdict.steps());
        sessions.put(sessionId, after);
      }
      List<Recorded.Entry> entries = new ArrayList<>();
      for (UsageEvent event : events) {
        Step step = find(ledger, event.eventId());
        if (step != null) {
          boolean isDuplicate = !fresh.remove(event);
          entries.add(
              new Recorded.Entry(
                  event.eventId(), step.number(), step.cost(), isDuplicate, step.late()));
        }
      }
      return new Recorded(after, entries, raised);
    }

    private static @Nullable Step find(List<Step> ledger, String eventId) {
      return ledger.stream().filter(s -> s.eventId().equals(eventId)).findFirst().orElse(null);
    }

    @Override
    public Session end(String sessionId) {
      Session session = get(sessionId);
      Session ended = session.isEnded() ? session : session.end(clock.instant());
      sessions.put(sessionId, ended);
      return ended;
    }

    @Override
    public Session get(String sessionId) {
      Session session = sessions.get(sessionId);
      if (session == null) {
        throw Refusal.of(Refusal.Code.SESSION_NOT_FOUND, "There is no session " + sessionId + ".");
      }
      return session;
    }

    @Override
    public Page<Session> list(
        @Nullable String customerId, @Nullable Boolean ended, @Nullable String cursor) {
      List<Session> found =
          sessions.values().stream()
              .filter(s -> customerId == null || customerId.equals(s.terms().customerId()))
              .filter(s -> ended == null || ended == s.isEnded())
              .toList();
      return new Page<>(found, null);
    }

    @Override
    public Page<Step> ledger(String sessionId, @Nullable String cursor) {
      get(sessionId);
      return new Page<>(ledgers.getOrDefault(sessionId, List.of()), null);
    }
  }

  private static final class MemoryCustomers implements Customers {
    private final Map<String, Limits> customers = new TreeMap<>();
    private final Limits defaults;
    private final InstantSource clock;

    MemoryCustomers(Limits defaults, InstantSource clock) {
      this.defaults = defaults;
      this.clock = clock;
    }

    @Override
    public Limits defaults() {
      return defaults;
    }

    @Override
    public CustomerMonth get(String customerId) {
      Limits limits = customers.getOrDefault(customerId, defaults);
      Account account =
          Account.open(customerId, Periods.of(clock.instant(), limits.timeZone()), limits);
      return new CustomerMonth(
          customerId,
          limits,
          account.period(),
          Usd.ZERO,
          Usd.ZERO,
          Usd.ZERO,
          account.cap(),
          account.cap(),
          account.standing(),
          0,
          Usd.ZERO);
    }

    @Override
    public CustomerMonth put(String customerId, Limits limits) {
      customers.put(customerId, limits);
      return get(customerId);
    }
  }

  private static final class MemoryPrices implements Prices {
    private static final NamedPrice SHIPPED =
        new NamedPrice(MODEL, Price.of(Rates.of(Usd.of("1"), Usd.of("2"))), "a test", null);

    private final Map<String, NamedPrice> overrides = new TreeMap<>();

    @Override
    public @Nullable Price priceOf(String model, Instant at) {
      NamedPrice named = named(model);
      return named == null ? null : named.price();
    }

    private @Nullable NamedPrice named(String model) {
      NamedPrice override = overrides.get(model);
      return override == null && model.equals(MODEL) ? SHIPPED : override;
    }

    @Override
    public NamedPrice get(String model) {
      NamedPrice named = named(model);
      if (named == null) {
        throw Refusal.of(Refusal.Code.PRICE_NOT_FOUND, model + " has no price.");
      }
      return named;
    }

    @Override
    public List<NamedPrice> overrides() {
      return List.copyOf(overrides.values());
    }

    @Override
    public boolean put(String model, Price price, @Nullable Instant effectiveFrom) {
      return overrides.put(model, new NamedPrice(model, price, "override", effectiveFrom)) == null;
    }

    @Override
    public void delete(String model) {
      overrides.remove(model);
    }
  }
}
