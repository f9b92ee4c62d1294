package dev.peras.ingestotlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.money.Usd;
import dev.peras.http.Request;
import dev.peras.http.Response;
import dev.peras.ingestotlp.ReportedCall.Rejected;
import dev.peras.json.InvalidRequest;
import dev.peras.json.Json;
import dev.peras.json.Problem;
import dev.peras.usage.Reading;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The callback of LiteLLM's proxy ({@code generic_api}): its StandardLoggingPayload as a JSON
 * array, one to a line, or a single one. Thread-safe.
 */
final class LiteLlm {
  private static final String SCOPE = "litellm";
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
  private static final BigDecimal LATEST = BigDecimal.valueOf(253_402_300_800L);

  private final Recording recording;

  LiteLlm(Recording recording) {
    this.recording = recording;
  }

  Response callback(Request request) {
    request.noQuery();
    List<Rejected> rejected = new ArrayList<>();
    List<ReportedCall> calls = new ArrayList<>();
    try {
      String encoding = request.header("content-encoding");
      byte[] body =
          Payload.unpacked(
              request.bytes(), encoding == null ? "" : encoding.toLowerCase(Locale.ROOT));
      List<JsonNode> payloads = payloads(body);
      if (payloads.size() > Otlp.MAX_CALLS) {
        throw Unreadable.tooLarge(
            "The body has %d calls; send at most %d at a time."
                .formatted(payloads.size(), Otlp.MAX_CALLS));
      }
      String customer = request.header("x-peras-customer");
      for (int i = 0; i < payloads.size(); i++) {
        read(payloads.get(i), "payload " + i, customer, calls, rejected);
      }
    } catch (Unreadable unreadable) {
      return Response.problem(
          new Problem(unreadable.status(), "invalid_request", unreadable.detail(), List.of(), null),
          Map.of());
    }
    rejected.addAll(
        recording.record(
            calls,
            new Recording.Caller(
                request.caller().customerId(), request.header("x-peras-session"))));
    ObjectNode json = Json.object();
    json.put("calls", calls.size());
    ArrayNode list = json.putArray("rejected");
    for (Rejected one : rejected) {
      list.addObject().put("payload", one.label()).put("message", one.message());
    }
    return Response.ok(json);
  }

  private static List<JsonNode> payloads(byte[] body) {
    String text = new String(body, UTF_8).strip();
    List<JsonNode> payloads = new ArrayList<>();
    if (text.startsWith("[")) {
      JsonReader.parse(body).forEach(payloads::add);
      return payloads;
    }
    try {
      payloads.add(JsonReader.parse(body));
    } catch (Unreadable severalLines) {
      for (String line : text.split("\n", -1)) {
        if (!line.isBlank()) {
          payloads.add(JsonReader.parse(line.getBytes(UTF_8)));
        }
      }
    }
    return payloads;
  }

  private static void read(
      JsonNode payload,
      String label,
      @Nullable String customerHeader,
      List<ReportedCall> calls,
      List<Rejected> rejected) {
    String id = text(payload.path("id"));
    if (!payload.isObject() || id == null) {
      rejected.add(new Rejected(label, "it is no StandardLoggingPayload: it has no id"));
      return;
    }
    JsonNode usage = payload.path("metadata").path("usage_object");
    usage = usage.isObject() ? usage : payload.path("response").path("usage");
    // What LiteLLM answered from its own cache was not asked of a provider.
    boolean isCached = payload.path("cache_hit").asBoolean(false);
    boolean hasFailed = "failure".equals(text(payload.path("status")));
    if (isCached || (hasFailed && !usage.isObject())) {
      return;
    }
    String model = text(payload.path("response").path("model"));
    model = model == null ? text(payload.path("model")) : model;
    Reading reading = null;
    if (usage.isObject()) {
      try {
        reading = UsageObject.read((ObjectNode) usage, model, SCOPE);
      } catch (InvalidRequest invalid) {
        rejected.add(new Rejected(label, invalid.problem().detail()));
        return;
      }
    }
    String session = text(payload.path("session_id"));
    calls.add(
        new ReportedCall(
            Ids.of(id),
            true,
            SCOPE,
            "",
            "",
            List.of(),
            session == null ? text(payload.path("trace_id")) : session,
            customerHeader == null ? customer(payload) : customerHeader,
            model,
            reading,
            time(payload.path("endTime")),
            false,
            cost(payload.path("response_cost")),
            null,
            ReportedCall.Tools.NONE,
            label));
  }

  private static @Nullable String customer(JsonNode payload) {
    String user = text(payload.path("end_user"));
    return user == null ? text(payload.path("metadata").path("user_api_key_end_user_id")) : user;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() && !node.textValue().isBlank() ? node.textValue() : null;
  }

  /** Seconds since 1970, with decimals. */
  private static @Nullable Instant time(JsonNode seconds) {
    BigDecimal value = seconds.isNumber() ? seconds.decimalValue() : BigDecimal.ZERO;
    boolean isTime =
        value.signum() > 0
            && value.scale() < 30
            && value.precision() < 60
            && value.compareTo(LATEST) < 0;
    return isTime
        ? Instant.ofEpochSecond(
            value.longValue(), value.remainder(BigDecimal.ONE).multiply(NANOS).longValue())
        : null;
  }

  private static @Nullable Usd cost(JsonNode cost) {
    BigDecimal value = cost.isNumber() ? cost.decimalValue() : BigDecimal.ZERO;
    boolean isCost =
        value.signum() > 0 && value.precision() - value.scale() <= 9 && value.scale() <= 30;
    return isCost ? new Usd(value) : null;
  }
}
