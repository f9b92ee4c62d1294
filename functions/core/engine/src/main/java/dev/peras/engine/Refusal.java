package dev.peras.engine;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request is refused. Nothing has changed then. It says why as data: status, code and
 * sentence are the door's.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Reason reason;
  private final transient SortedMap<Integer, Reason.OfEvent> events;

  private Refusal(
      Reason reason, SortedMap<Integer, Reason.OfEvent> events, @Nullable Throwable cause) {
    super(reason.toString(), cause);
    this.reason = reason;
    this.events = Collections.unmodifiableSortedMap(events);
  }

  public static Refusal because(Reason reason) {
    return because(reason, null);
  }

  /** The same, with what only the log should tell. */
  public static Refusal because(Reason reason, @Nullable Throwable cause) {
    return new Refusal(reason, Collections.emptySortedMap(), cause);
  }

  /**
   * A list of events is refused, since some of them can't be counted.
   *
   * @param reasons by the events' index in the list, at least one
   */
  public static Refusal ofEvents(SortedMap<Integer, ? extends Reason.OfEvent> reasons) {
    SortedMap<Integer, Reason.OfEvent> events = new TreeMap<>(reasons);
    return new Refusal(events.firstEntry().getValue(), events, null);
  }

  /** Why; the first event's reason where events are at fault. */
  public Reason reason() {
    return reason;
  }

  /** The events at fault, by their index; none where the request is refused as a whole. */
  public SortedMap<Integer, Reason.OfEvent> events() {
    return events;
  }
}
