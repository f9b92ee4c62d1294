package dev.peras.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.budgets.AlertThreshold;
import dev.peras.engine.budgets.Limits;
import dev.peras.engine.detectors.DetectorSettings;
import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.Price;
import dev.peras.json.DetectorReader;
import dev.peras.json.Fault;
import dev.peras.json.Fields;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Json;
import dev.peras.json.LimitsReader;
import dev.peras.json.PriceReader;
import dev.peras.json.Rule;
import dev.peras.json.UnreadableBody;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a deployment, from the environment of its functions.
 *
 * <p>A variable that is blank counts as absent: templates can't leave one out.
 *
 * @param table the DynamoDB table
 * @param defaultLimits for customers that have none of their own
 * @param detectors for sessions that bring no settings of their own
 * @param claimAhead whether sessions claim money ahead of spending it
 * @param unknownModelPrice the price of models that have none; null to refuse them
 * @param alertOnWarnings whether detectors' warnings make alerts
 * @param access who is let in
 * @param atSendersCost whether a cost that telemetry reports overrides the table's price
 * @param webhooks for the functions that deal with webhook endpoints
 */
public record Settings(
    String table,
    Limits defaultLimits,
    DetectorSettings detectors,
    boolean claimAhead,
    @Nullable Price unknownModelPrice,
    boolean alertOnWarnings,
    AccessSettings access,
    boolean atSendersCost,
    WebhookSettings webhooks) {

  private static final Limits LIMITS =
      new Limits(
          null,
          List.of(
              AlertThreshold.ofAmount(Usd.of("200")),
              AlertThreshold.ofPercentage(BigDecimal.valueOf(80))),
          true,
          null,
          ZoneId.of("UTC"),
          60,
          0);

  /**
   * Reads PERAS_TABLE, DEFAULT_MONTHLY_CAP, DEFAULT_ALERT_THRESHOLDS, DEFAULT_ON_CAP,
   * DEFAULT_TIME_ZONE, DEFAULT_IDLE_TIMEOUT_MINUTES, DETECTORS, CLAIM_AHEAD, UNKNOWN_MODEL_PRICE,
   * ALERT_ON_WARNINGS, REQUIRE_KEY, JWT_CUSTOMER_CLAIM, REPORTED_COST, KEY_CACHE_SECONDS,
   * WEBHOOK_SECRETS_KEY, WEBHOOKS_TO_LOOPBACK and PUBLIC_URL.
   *
   * @throws IllegalArgumentException naming the variable and what it may be
   */
  public static Settings fromEnvironment(Map<String, String> environment) {
    String table = value(environment, "PERAS_TABLE");
    return new Settings(
        table == null ? "peras" : table,
        limits(environment),
        detectors(environment),
        flag(environment, "CLAIM_AHEAD", true),
        unknownModelPrice(environment),
        flag(environment, "ALERT_ON_WARNINGS", false),
        access(environment),
        reportedCost(environment),
        webhooks(environment));
  }

  /** The same for customers without a cap, and for callers without a key. */
  Settings forPractice() {
    return new Settings(
        table,
        LIMITS,
        detectors,
        claimAhead,
        unknownModelPrice,
        alertOnWarnings,
        new AccessSettings(false, null, access.keyCache()),
        atSendersCost,
        webhooks);
  }

  /** The variables have the names and rules of the fields of a customer's limits. */
  private static Limits limits(Map<String, String> environment) {
    ObjectNode json = Json.object();
    for (String name : List.of("monthly_cap", "on_cap", "time_zone", "idle_timeout_minutes")) {
      String value = value(environment, variable(name));
      if (value != null) {
        json.set(name, name.equals("monthly_cap") && isNone(value) ? Json.text(null) : json(value));
      }
    }
    String thresholds = value(environment, variable("alert_thresholds"));
    if (thresholds != null) {
      List<String> values = isNone(thresholds) ? List.of() : List.of(thresholds.split(",", -1));
      json.set("alert_thresholds", Json.array(values, Settings::json));
    }
    try {
      return Fields.read(json, fields -> LimitsReader.read(fields, LIMITS));
    } catch (InvalidRequest refusal) {
      Fault fault = refusal.faults().getFirst();
      String none =
          fault.field().matches("monthly_cap|alert_thresholds.*") ? ", or none for none" : "";
      throw new IllegalArgumentException(
          variable(fault.field().replaceAll("\\[.*", "")) + " " + fault.message() + none, refusal);
    }
  }

  private static DetectorSettings detectors(Map<String, String> environment) {
    String value = value(environment, "DETECTORS");
    if (value == null) {
      return DetectorSettings.DEFAULTS;
    }
    try {
      return Fields.read(
          Json.parseObject(value),
          fields -> DetectorReader.read(fields, DetectorSettings.DEFAULTS));
    } catch (UnreadableBody | InvalidRequest fault) {
      throw new IllegalArgumentException(
          "DETECTORS must be JSON such as {\"retry_loop\": {\"steps\": 4}}: " + fault.getMessage(),
          fault);
    }
  }

  private static AccessSettings access(Map<String, String> environment) {
    // Fails closed: who forgets to say so has no open door. sam local has no API Gateway to vouch.
    boolean isOnLambda =
        environment.containsKey("AWS_LAMBDA_FUNCTION_NAME")
            && !"true".equals(environment.get("AWS_SAM_LOCAL"));
    String seconds = value(environment, "KEY_CACHE_SECONDS");
    if (seconds != null && !seconds.matches("[0-9]{1,2}")) {
      throw new IllegalArgumentException("KEY_CACHE_SECONDS must be from 0 to 99");
    }
    return new AccessSettings(
        flag(environment, "REQUIRE_KEY", isOnLambda),
        value(environment, "JWT_CUSTOMER_CLAIM"),
        Duration.ofSeconds(seconds == null ? 30 : Long.parseLong(seconds)));
  }

  private static WebhookSettings webhooks(Map<String, String> environment) {
    String url = value(environment, "PUBLIC_URL");
    try {
      return new WebhookSettings(
          value(environment, "WEBHOOK_SECRETS_KEY"),
          flag(environment, "WEBHOOKS_TO_LOOPBACK", false),
          url == null ? null : new URI(url));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("PUBLIC_URL must be a URL, or absent", e);
    }
  }

  private static boolean reportedCost(Map<String, String> environment) {
    String value = value(environment, "REPORTED_COST");
    if (value != null && !value.equals("table") && !value.equals("sender")) {
      throw new IllegalArgumentException("REPORTED_COST must be table or sender");
    }
    return "sender".equals(value);
  }

  private static boolean flag(Map<String, String> environment, String name, boolean fallback) {
    String value = value(environment, name);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(name + " must be true or false");
    }
    return value == null ? fallback : value.equals("true");
  }

  private static @Nullable Price unknownModelPrice(Map<String, String> environment) {
    String value = value(environment, "UNKNOWN_MODEL_PRICE");
    if (value == null || isNone(value)) {
      return null;
    }
    try {
      return Fields.read(Json.parseObject(value), new PriceReader(Rule.RATE)::read);
    } catch (UnreadableBody | InvalidRequest fault) {
      throw new IllegalArgumentException(
          "UNKNOWN_MODEL_PRICE must be none, or a price as JSON such as {\"input\": 15, \"output\":"
              + " 75}: "
              + fault.getMessage(),
          fault);
    }
  }

  private static String variable(String field) {
    return "DEFAULT_" + field.toUpperCase(Locale.ROOT);
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static boolean isNone(String value) {
    return value.equalsIgnoreCase("none");
  }

  /** A number where the text is one, otherwise the text. */
  private static JsonNode json(String text) {
    try {
      JsonNode node = Json.parse(text.strip());
      return node.isNumber() ? node : Json.text(text.strip());
    } catch (UnreadableBody e) {
      return Json.text(text.strip());
    }
  }
}
