package dev.peras.local;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Requests to the table and the capacity units that DynamoDB would bill for them. Thread-safe. */
final class CapacityMeter {
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final LongAdder halfReadUnits = new LongAdder();
  private final LongAdder writeUnits = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder busy = new LongAdder();

  void read(String request, int times, long halfUnits) {
    count(request, times);
    halfReadUnits.add(halfUnits);
  }

  void write(String request, long units) {
    count(request, 1);
    writeUnits.add(units);
  }

  private void count(String request, int times) {
    requests.computeIfAbsent(request, name -> new LongAdder()).add(times);
  }

  /** A condition did not hold. */
  void refused() {
    refused.increment();
  }

  /** The table could not take it. */
  void busy() {
    busy.increment();
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode byName = json.putObject("requests");
    new TreeMap<>(requests).forEach((name, count) -> byName.put(name, count.sum()));
    return json.put("read_units", halves(halfReadUnits.sum()))
        .put("write_units", writeUnits.sum())
        .put("refused", refused.sum())
        .put("busy", busy.sum());
  }

  private static BigDecimal halves(long halves) {
    return BigDecimal.valueOf(halves * 5, 1);
  }

  static CapacityMeter sum(Collection<CapacityMeter> meters) {
    var sum = new CapacityMeter();
    for (CapacityMeter meter : meters) {
      meter.requests.forEach((name, count) -> sum.count(name, count.intValue()));
      sum.halfReadUnits.add(meter.halfReadUnits.sum());
      sum.writeUnits.add(meter.writeUnits.sum());
      sum.refused.add(meter.refused.sum());
      sum.busy.add(meter.busy.sum());
    }
    return sum;
  }
}
