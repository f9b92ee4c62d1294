package dev.peras.ingestotlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.Refusal;
import dev.peras.engine.money.Usd;
import dev.peras.json.Fields;
import dev.peras.json.Json;
import dev.peras.usage.ProviderUsage;
import dev.peras.usage.Reading;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The counts of a span or log record as a usage object, which {@link ProviderUsage} reads. */
final class UsageObject {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,30}");

  /** A number under such a name is money until somebody says that it is not. */
  private static final Pattern SPEAKS_OF_COUNTS = Pattern.compile("(?i)token|cache");

  /** What was asked for, how long it took, or a sum of the counts. */
  private static final Pattern IS_NO_COUNT =
      Pattern.compile(
          "(gen_ai|llm|ai)\\.(request|settings|invocation_parameters|prompt)\\b.*|.*max_tokens"
              + "|.*budget_tokens|gen_ai\\.client\\.token\\.usage|.*time_to_first_token.*"
              + "|.*tokens_per_second.*|.*(cache_hit|cached)");

  /** Texts that say how a call was served. */
  private static final Set<String> SERVICE =
      Set.of(
          "openai.response.service_tier",
          "gen_ai.openai.response.service_tier",
          "gen_ai.response.service_tier",
          "speed");

  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

  private UsageObject() {}

  /** The object; null where there are no counts. */
  static @Nullable ObjectNode of(Entry entry, Sender sender) {
    Attributes attributes = entry.attributes();
    boolean isByConvention = attributes.hasAny("gen_ai.usage.");
    ObjectNode usage = Json.object();
    boolean hasCounts = false;
    for (Map.Entry<String, JsonNode> attribute : attributes.values().entrySet()) {
      String name = attribute.getKey();
      JsonNode value = attribute.getValue();
      String known = sender.counts().get(name);
      boolean repeats = isByConvention && name.startsWith("llm.token_count.");
      if (known != null) {
        usage.set(known, number(value));
        hasCounts |= !known.endsWith("service_tier");
      } else if (SERVICE.contains(name)) {
        usage.set(name, value);
      } else if (!repeats && isCount(name, value)) {
        usage.set(name, number(value));
        hasCounts |= !name.contains("cost");
      }
    }
    if (!hasCounts) {
      return null;
    }
    String operation = attributes.text(Senders.OPERATION);
    String kind = attributes.text(Senders.OPEN_INFERENCE_KIND);
    boolean isWithoutOutput =
        (operation != null && Senders.WITHOUT_OUTPUT.contains(operation))
            || "EMBEDDING".equals(kind)
            || "RERANKER".equals(kind);
    if (isWithoutOutput) {
      String output =
          attributes.hasAny("llm.token_count.") && !isByConvention
              ? "llm.token_count.completion"
              : "gen_ai.usage.output_tokens";
      if (!usage.has(output)) {
        usage.put(output, 0);
      }
    }
    return usage;
  }

  private static boolean isCount(String name, JsonNode value) {
    if (Senders.COUNTS.stream().anyMatch(name::startsWith)) {
      return !value.isBoolean();
    }
    return value.isNumber()
        && SPEAKS_OF_COUNTS.matcher(name).find()
        && !IS_NO_COUNT.matcher(name).matches();
  }

  /** Some write every value as a text. */
  private static JsonNode number(JsonNode value) {
    return value.isTextual() && INTEGER.matcher(value.textValue()).matches()
        ? NODES.numberNode(new BigInteger(value.textValue()))
        : value;
  }

  /**
   * The tokens of an object.
   *
   * @throws Refusal naming what is wrong with it
   */
  static Reading read(ObjectNode usage, @Nullable String model, String scope) {
    dev.peras.usage.Sender sender = new dev.peras.usage.Sender(model, scope);
    return Fields.read(Json.object(), fields -> ProviderUsage.read(usage, sender, fields));
  }

  /** What the sender thinks that a call has cost; null where it does not say, or has no price. */
  static @Nullable Usd cost(Attributes attributes) {
    JsonNode micros = attributes.values().get("cost_usd_micros");
    if (micros != null && number(micros).isIntegralNumber()) {
      return positive(new BigDecimal(number(micros).bigIntegerValue()).divide(MICROS));
    }
    for (String name : Set.of("cost_usd", "gen_ai.usage.cost")) {
      JsonNode cost = attributes.values().get(name);
      if (cost != null && cost.isNumber()) {
        return positive(cost.decimalValue());
      }
    }
    return null;
  }

  private static @Nullable Usd positive(BigDecimal cost) {
    boolean isCost =
        cost.signum() > 0 && cost.precision() - cost.scale() <= 9 && cost.scale() <= 30;
    return isCost ? new Usd(cost) : null;
  }
}
