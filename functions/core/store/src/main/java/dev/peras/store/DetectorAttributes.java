package dev.peras.store;

import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.detectors.Evidence;
import dev.peras.engine.detectors.Observations;
import dev.peras.engine.detectors.SpendRate;
import dev.peras.engine.detectors.StepHistories;
import dev.peras.engine.detectors.StepHistory;
import dev.peras.engine.detectors.WarningSum;
import dev.peras.engine.detectors.WarningType;
import dev.peras.engine.money.Usd;
import dev.peras.table.AttributeValues;
import dev.peras.table.Item;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What detectors are told and have seen, as attributes of a session's item, in few bytes. */
final class DetectorAttributes {
  private DetectorAttributes() {}

  /** Puts what there is under {@code d}, {@code r}, {@code w} and {@code x}. */
  static void put(Map<String, AttributeValue> state, Observations observations) {
    List<StepHistories.Agent> agents = observations.histories().agents();
    if (!agents.isEmpty()) {
      state.put("d", AttributeValues.of(agents.stream().map(DetectorAttributes::agent).toList()));
    }
    List<SpendRate.Slot> slots = observations.rate().slots();
    if (!slots.isEmpty()) {
      state.put("r", AttributeValues.of(slots.stream().map(DetectorAttributes::slot).toList()));
    }
    if (!observations.warnings().isEmpty()) {
      Map<String, AttributeValue> warnings = new LinkedHashMap<>();
      observations.warnings().forEach((type, sum) -> warnings.put(code(type), warning(sum)));
      state.put("w", AttributeValues.of(warnings));
    }
    if (observations.stoppedBy() != null) {
      state.put("x", AttributeValues.of(code(observations.stoppedBy())));
    }
  }

  static Observations observations(Item state) {
    return new Observations(
        histories(state.find("d")),
        rate(state.find("r")),
        warnings(state.find("w")),
        stoppedBy(state.optionalText("x")));
  }

  private static AttributeValue agent(StepHistories.Agent agent) {
    StepHistory history = agent.history();
    ByteBuffer signatures = ByteBuffer.allocate(Integer.BYTES * history.signatures().size());
    history.signatures().forEach(signatures::putInt);
    return list(
        AttributeValues.of(agent.key()),
        AttributeValues.of(history.context()),
        AttributeValues.of(history.tokens()),
        AttributeValues.of(history.toolCalls()),
        AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(signatures.array())),
        AttributeValues.of(history.repeats()),
        AttributeValues.of(history.result()),
        AttributeValues.of(history.sameResults()));
  }

  private static StepHistories histories(@Nullable AttributeValue value) {
    if (value == null) {
      return StepHistories.START;
    }
    List<StepHistories.Agent> agents = new ArrayList<>(value.l().size());
    for (AttributeValue agent : value.l()) {
      List<AttributeValue> l = agent.l();
      ByteBuffer bytes = l.get(4).b().asByteBuffer();
      List<Integer> signatures = new ArrayList<>(StepHistory.REMEMBERED);
      while (bytes.hasRemaining()) {
        signatures.add(bytes.getInt());
      }
      agents.add(
          new StepHistories.Agent(
              integer(l.get(0)),
              new StepHistory(
                  AttributeValues.number(l.get(1)),
                  AttributeValues.number(l.get(2)),
                  integer(l.get(3)),
                  signatures,
                  integer(l.get(5)),
                  integer(l.get(6)),
                  integer(l.get(7)))));
    }
    return new StepHistories(agents);
  }

  private static AttributeValue slot(SpendRate.Slot slot) {
    return list(AttributeValues.of(slot.number()), AttributeValues.of(slot.spent()));
  }

  private static SpendRate rate(@Nullable AttributeValue value) {
    return value == null
        ? SpendRate.NONE
        : new SpendRate(
            value.l().stream()
                .map(AttributeValue::l)
                .map(l ->
                    new SpendRate.Slot(
                        AttributeValues.number(l.get(0)), AttributeValues.usd(l.get(1))))
                .toList());
  }

  /** The first letters of the type: {@code rl} for a retry loop. */
  private static String code(WarningType type) {
    return switch (type) {
      case BUDGET_EXCEEDED -> "be";
      case RETRY_LOOP -> "rl";
      case CONTEXT_BLOAT -> "cb";
      case TOKEN_ACCELERATION -> "ta";
      case TOOL_AMPLIFICATION -> "to";
      case CALL_WITHOUT_USAGE -> "wu";
      case VELOCITY -> "ve";
    };
  }

  private static @Nullable WarningType stoppedBy(@Nullable String code) {
    for (WarningType type : WarningType.values()) {
      if (code(type).equals(code)) {
        return type;
      }
    }
    return null;
  }

  private static AttributeValue warning(WarningSum sum) {
    return list(
        AttributeValues.of(sum.count()),
        AttributeValues.of(sum.firstStep()),
        AttributeValues.of(sum.lastStep()),
        decimal(sum.last().observed()),
        decimal(sum.last().compared()),
        decimal(sum.last().threshold()));
  }

  private static Map<WarningType, WarningSum> warnings(@Nullable AttributeValue value) {
    Map<WarningType, WarningSum> warnings = new EnumMap<>(WarningType.class);
    if (value != null) {
      for (WarningType type : WarningType.values()) {
        AttributeValue sum = value.m().get(code(type));
        if (sum != null) {
          List<AttributeValue> l = sum.l();
          warnings.put(
              type,
              new WarningSum(
                  AttributeValues.number(l.get(0)),
                  AttributeValues.number(l.get(1)),
                  AttributeValues.number(l.get(2)),
                  new Evidence(decimal(l.get(3)), decimal(l.get(4)), decimal(l.get(5)))));
        }
      }
    }
    return warnings;
  }

  static AttributeValue settings(DetectorSettings settings) {
    DetectorSettings.RetryLoop loop = settings.retryLoop();
    DetectorSettings.Velocity velocity = settings.velocity();
    return list(
        flag(settings.budgetExceeded()),
        list(
            flag(loop.enabled()),
            AttributeValues.of(loop.steps()),
            AttributeValues.of(loop.window()),
            flag(loop.stop())),
        growth(settings.contextBloat()),
        growth(settings.tokenAcceleration()),
        growth(settings.toolAmplification()),
        list(
            flag(velocity.enabled()),
            AttributeValues.of(velocity.usd()),
            AttributeValues.of(velocity.minutes()),
            flag(velocity.stop())));
  }

  static DetectorSettings settings(List<AttributeValue> l) {
    List<AttributeValue> loop = l.get(1).l();
    List<AttributeValue> velocity = l.get(5).l();
    return new DetectorSettings(
        flag(l.get(0)),
        new DetectorSettings.RetryLoop(
            flag(loop.get(0)), integer(loop.get(1)), integer(loop.get(2)), flag(loop.get(3))),
        growth(l.get(2).l()),
        growth(l.get(3).l()),
        growth(l.get(4).l()),
        new DetectorSettings.Velocity(
            flag(velocity.get(0)),
            AttributeValues.usd(velocity.get(1)),
            integer(velocity.get(2)),
            flag(velocity.get(3))));
  }

  private static AttributeValue growth(DetectorSettings.Growth growth) {
    return list(
        flag(growth.enabled()),
        decimal(growth.ratio()),
        AttributeValues.of(growth.minContextTokens()),
        flag(growth.stop()));
  }

  private static DetectorSettings.Growth growth(List<AttributeValue> l) {
    return new DetectorSettings.Growth(
        flag(l.get(0)), decimal(l.get(1)), AttributeValues.number(l.get(2)), flag(l.get(3)));
  }

  private static AttributeValue flag(boolean value) {
    return AttributeValues.of(value ? 1 : 0);
  }

  private static boolean flag(AttributeValue value) {
    return AttributeValues.number(value) == 1;
  }

  private static int integer(AttributeValue value) {
    return Math.toIntExact(AttributeValues.number(value));
  }

  private static AttributeValue decimal(BigDecimal number) {
    return AttributeValues.of(new Usd(number));
  }

  private static BigDecimal decimal(AttributeValue value) {
    return new BigDecimal(value.n());
  }

  private static AttributeValue list(AttributeValue... values) {
    return AttributeValues.of(List.of(values));
  }
}
