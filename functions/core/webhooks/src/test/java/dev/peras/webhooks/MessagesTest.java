package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.standardwebhooks.Webhook;
import dev.peras.engine.alerts.Alert;
import dev.peras.engine.alerts.AlertReport;
import dev.peras.engine.alerts.AlertType;
import dev.peras.engine.budgets.Standing;
import dev.peras.engine.money.Usd;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MessagesTest {
  private static final Instant ATTEMPT = Samples.AT.plus(Duration.ofHours(1));

  private static String body(AlertReport report, Format format) {
    return text(Messages.of(report, Samples.target(format), ATTEMPT));
  }

  private static String text(Message message) {
    return new String(message.body(), UTF_8);
  }

  private static JsonNode json(AlertReport report, Format format) {
    return json(body(report, format));
  }

  private static JsonNode json(String body) {
    try {
      return new JsonMapper().readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void L30_the_message_says_who_when_and_how_much() {
    assertThat(body(Samples.reached(), Format.STANDARD))
        .isEqualTo(
            "{\"type\":\"customer.threshold_reached\",\"timestamp\":\"2026-11-24T10:00:00Z\","
                + "\"data\":{\"alert_id\":\"alert-1\",\"sequence\":3,\"customer_id\":\"acme\","
                + "\"period\":\"2026-11\",\"state\":\"alerting\",\"thresholds\":[\"80%\"],"
                + "\"percentage\":84.2,\"spent\":168.4,\"cap\":200,\"remaining\":31.6,"
                + "\"projected\":214.3,"
                + "\"top_models\":[{\"model\":\"claude-sonnet-4-5\",\"cost\":150},"
                + "{\"model\":\"gpt-5-mini\",\"cost\":18.4}],"
                + "\"top_sessions\":[{\"session_id\":\"session-7\",\"cost\":61.000826028},"
                + "{\"session_id\":\"session-9\",\"cost\":8.5}]}}");
    for (Format format : List.of(Format.SLACK, Format.TEAMS, Format.PAGERDUTY)) {
      assertThat(body(Samples.reached(), format))
          .as(format.wireName())
          .contains("acme", "2026-11", "84.2", "168.4");
    }
  }

  @Test
  void a_standard_message_verifies_at_every_attempt_with_the_same_body_and_id() {
    Destination target = Samples.target(Format.STANDARD);
    Instant now = Instant.now();
    List<Message> attempts =
        Stream.of(now.minusSeconds(60), now, now.plusSeconds(60))
            .map(at -> Messages.of(Samples.reached(), target, at))
            .toList();
    for (Message attempt : attempts) {
      assertThatCode(() -> new Webhook(Samples.SECRET).verify(text(attempt), headers(attempt)))
          .doesNotThrowAnyException();
    }
    assertThat(attempts).extracting(MessagesTest::text).containsOnly(text(attempts.getFirst()));
    assertThat(attempts)
        .extracting(attempt -> attempt.headers().get("webhook-id"))
        .containsOnly("alert-1");
    assertThat(attempts)
        .extracting(attempt -> attempt.headers().get("webhook-timestamp"))
        .doesNotHaveDuplicates();
  }

  private static Map<String, List<String>> headers(Message message) {
    return message.headers().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
  }

  @ParameterizedTest
  @EnumSource(AlertType.class)
  void a_type_always_has_the_same_fields(AlertType type) {
    boolean session = AlertText.isAboutSession(type);
    AlertReport full =
        session
            ? Samples.session(type, Standing.State.OK, "a loop")
            : Samples.report(Samples.alert(type, Standing.State.OK, "80%"));
    Alert alert = full.alert();
    AlertReport bare =
        new AlertReport(
            session
                ? new Alert.OfSession(
                    alert.head(),
                    alert.state(),
                    List.of(),
                    Usd.ZERO,
                    null,
                    String.valueOf(alert.sessionId()),
                    null)
                : new Alert.OfMonth(alert.head(), alert.state(), List.of(), Usd.ZERO, null),
            1,
            null,
            List.of(),
            List.of());
    Set<String> fields = fields(json(full, Format.STANDARD).get("data"));
    assertThat(fields(json(bare, Format.STANDARD).get("data"))).isEqualTo(fields);
    assertThat(fields.contains("session_id")).isEqualTo(session);
    assertThat(fields.contains("message")).isEqualTo(type == AlertType.SESSION_WARNING);
  }

  private static Set<String> fields(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).collect(toSet());
  }

  @Test
  void money_is_exact_without_exponent_or_trailing_zeros() {
    Alert alert =
        Samples.alert(
            "acme",
            AlertType.CAPPED,
            Standing.State.CAPPED,
            Usd.of("0.00000000000000000100"),
            Usd.of("1E+11"));
    assertThat(body(Samples.report(alert), Format.STANDARD))
        .contains(
            "\"percentage\":0,",
            "\"spent\":0.000000000000000001,",
            "\"cap\":100000000000,",
            "\"remaining\":99999999999.999999999999999999,");
  }

  @Test
  void slack_shows_a_bar_figures_and_a_link() {
    assertThat(SlackText.of(json(Samples.reached(), Format.SLACK)))
        .isEqualTo(
            """
            acme reached 80%
            ████████████████░░░░ 84.2%
            $168.40 of $200.00 in 2026-11
            Remaining $31.60 | Projected $214.30
            Top models: claude-sonnet-4-5 $150.00, gpt-5-mini $18.40
            Top sessions: session-7 $61.00, session-9 $8.50
            Open in Peras (https://peras.example/v1/customers/acme/report?period=2026-11)
            """);
    assertThat(json(Samples.reached(), Format.SLACK).get("text").textValue())
        .isEqualTo("acme reached 80%: $168.40 of $200.00 in 2026-11");
  }

  /** Only plain text, in which neither tool reads mark-up, has what others can name. */
  @Test
  void names_are_never_read_as_mark_up() {
    String name = "*a*_b_~c~`d`<!channel>&<@U1>[x](http://y)";
    AlertReport report =
        new AlertReport(
            Samples.alert(
                name, AlertType.THRESHOLD_REACHED, Standing.State.ALERTING, Usd.ZERO, null, name),
            1,
            null,
            List.of(new AlertReport.Cost(name, Usd.ZERO)),
            List.of(new AlertReport.Cost(name, Usd.ZERO)));
    for (String slack :
        List.of(
            body(report, Format.SLACK),
            text(Messages.digest(List.of(report), Samples.target(Format.SLACK))))) {
      JsonNode message = json(slack);
      assertThat(message.get("mrkdwn").booleanValue()).isFalse();
      assertThat(slack).doesNotContain("<!", "<@", "&<").contains("&lt;!channel&gt;&amp;");
      for (JsonNode text : texts(message, "mrkdwn")) {
        assertThat(text.get("text").textValue()).doesNotContain("*a*", "channel>");
      }
      assertThat(texts(message, "plain_text"))
          .isNotEmpty()
          .allMatch(text -> !text.get("emoji").booleanValue());
    }
    for (String teams :
        List.of(
            body(report, Format.TEAMS),
            text(Messages.digest(List.of(report), Samples.target(Format.TEAMS))))) {
      assertThat(texts(json(teams), "TextRun"))
          .anyMatch(run -> run.get("text").textValue().contains("*a*_b_~c~`d`"));
      assertThat(json(teams).findValuesAsText("value")).noneMatch(value -> value.contains("*a*"));
      assertThat(teams).doesNotContain("\"TextBlock\"");
    }
  }

  private static List<JsonNode> texts(JsonNode message, String type) {
    return message.findParents("type").stream()
        .filter(node -> node.get("type").textValue().equals(type))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "0, '░░░░░░░░░░░░░░░░░░░░ 0.0%'",
    "4.9, '░░░░░░░░░░░░░░░░░░░░ 4.9%'",
    "5, '█░░░░░░░░░░░░░░░░░░░ 5.0%'",
    "80, '████████████████░░░░ 80.0%'",
    "99.9, '███████████████████░ 99.9%'",
    "99.96, '███████████████████░ 99.9%'",
    "100, '████████████████████ 100.0%'",
    "1234.5, '████████████████████ 1234.5%'",
  })
  void the_bar_is_full_only_from_100(String spent, String bar) {
    Alert alert =
        Samples.alert(
            "a", AlertType.CAPPED, Standing.State.CAPPED, Usd.of(spent), Usd.of("100.00"));
    assertThat(AlertText.bar(alert)).isEqualTo(bar);
  }

  @Test
  void without_a_cap_there_is_no_bar() {
    AlertReport report =
        Samples.report(
            Samples.alert(
                "acme",
                AlertType.THRESHOLD_REACHED,
                Standing.State.ALERTING,
                Usd.of("200"),
                null,
                "$200"));
    for (Format format : List.of(Format.SLACK, Format.TEAMS)) {
      assertThat(body(report, format)).contains("$200.00 in 2026-11").doesNotContain("█", "null");
    }
  }

  @Test
  void without_a_base_there_is_no_link() {
    for (Format format : Format.values()) {
      Destination linked = Samples.target(format);
      Destination target = new Destination(linked.url(), format, linked.secrets(), null);
      assertThat(text(Messages.of(Samples.reached(), target, ATTEMPT)))
          .doesNotContain("peras.example", "Open in Peras");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "THRESHOLD_REACHED, ALERTING, trigger, warning",
    "THRESHOLD_REACHED, CAPPED, trigger, critical",
    "CAPPED, CAPPED, trigger, critical",
    "BLOCKED, ALERTING, trigger, critical",
    "RESOLVED, ALERTING, acknowledge, warning",
    "WINDOW_ENDED, OK, resolve, warning",
    "RESOLVED, OK, resolve, warning",
  })
  void a_customers_month_is_one_incident_of_pager_duty(
      AlertType type, Standing.State state, String action, String severity) {
    JsonNode event = json(Samples.report(Samples.alert(type, state, "80%")), Format.PAGERDUTY);
    assertThat(event.get("routing_key").textValue()).isEqualTo(Samples.ROUTING_KEY);
    assertThat(event.get("dedup_key").textValue()).isEqualTo("peras:acme:2026-11");
    assertThat(event.get("event_action").textValue()).isEqualTo(action);
    assertThat(event.at("/payload/severity").textValue()).isEqualTo(severity);
  }

  @Test
  void sessions_and_tests_are_incidents_of_their_own() {
    JsonNode session =
        json(Samples.session(AlertType.BUDGET_EXCEEDED, Standing.State.OK, null), Format.PAGERDUTY);
    assertThat(session.get("dedup_key").textValue()).isEqualTo("peras:session:session-7");
    assertThat(session.get("event_action").textValue()).isEqualTo("trigger");
    assertThat(session.at("/links/0/href").textValue())
        .isEqualTo("https://peras.example/v1/sessions/session-7");
    JsonNode test = json(Samples.test(), Format.PAGERDUTY);
    assertThat(test.get("dedup_key").textValue()).isEqualTo("peras:test:alert-1");
    assertThat(test.at("/payload/severity").textValue()).isEqualTo("info");
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"SLACK", "TEAMS"})
  void a_digest_names_twenty_and_counts_the_rest(Format format) {
    List<AlertReport> reports =
        Stream.iterate(1, i -> i + 1)
            .limit(50)
            .map(i ->
                Samples.report(
                    Samples.alert(
                        "customer-" + i,
                        AlertType.CAPPED,
                        Standing.State.CAPPED,
                        Usd.of("200"),
                        Usd.of("200"))))
            .toList();
    String digest = text(Messages.digest(reports, Samples.target(format)));
    assertThat(digest)
        .contains("50 alerts", "customer-1 ", "customer-20 ", "and 30 more")
        .doesNotContain("customer-21 ");
    assertThat(digest.getBytes(UTF_8)).hasSizeLessThan(28_000);
    assertThat(text(Messages.digest(reports.subList(0, 2), Samples.target(format))))
        .contains("2 alerts")
        .doesNotContain(" more");
  }

  @Test
  void digests_are_for_people() {
    List<AlertReport> one = List.of(Samples.reached());
    for (Format format : List.of(Format.STANDARD, Format.PAGERDUTY)) {
      assertThat(format.digests()).isFalse();
      assertThatThrownBy(() -> Messages.digest(one, Samples.target(format)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Messages.digest(List.of(), Samples.target(Format.SLACK)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The longest names and most costs that Peras takes, within what Slack and Teams take. */
  @Test
  void the_longest_messages_fit() {
    String id = "a".repeat(128);
    String[] thresholds = Collections.nCopies(50, "100000000000.01").toArray(String[]::new);
    AlertReport report =
        new AlertReport(
            Samples.alert(
                id,
                AlertType.THRESHOLD_REACHED,
                Standing.State.ALERTING,
                Usd.of("999999999999.99"),
                Usd.of("999999999999.99"),
                thresholds),
            Long.MAX_VALUE,
            Usd.of("999999999999.99"),
            Collections.nCopies(10, new AlertReport.Cost(id, Usd.ZERO)),
            Collections.nCopies(10, new AlertReport.Cost(id, Usd.ZERO)));
    JsonNode slack = json(report, Format.SLACK);
    assertThat(slack.at("/blocks/0/text/text").textValue()).hasSizeLessThanOrEqualTo(150);
    List<AlertReport> many = Collections.nCopies(100, report);
    JsonNode digest = json(text(Messages.digest(many, Samples.target(Format.SLACK))));
    assertThat(digest.get("blocks").size()).isLessThanOrEqualTo(50);
    for (JsonNode message : List.of(slack, digest)) {
      assertThat(message.findValuesAsText("text")).allMatch(text -> text.length() <= 3000);
    }
    assertThat(Messages.digest(many, Samples.target(Format.TEAMS)).body()).hasSizeLessThan(28_000);
    assertThat(json(report, Format.PAGERDUTY).at("/payload/summary").textValue())
        .hasSizeLessThanOrEqualTo(1024);
  }

  @Test
  void secrets_suit_the_format_and_stay_out_of_text() {
    for (Format format : Format.values()) {
      Destination target = Samples.target(format);
      assertThat(target.toString()).doesNotContain("/x", "whsec", Samples.ROUTING_KEY);
      assertThat(Messages.of(Samples.reached(), target, ATTEMPT).toString())
          .doesNotContain(Samples.ROUTING_KEY);
      List<String> wrong = target.secrets().isEmpty() ? List.of(Samples.SECRET) : List.of();
      assertThatThrownBy(() -> new Destination(target.url(), format, wrong, null))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void formats_have_their_names_in_the_api() {
    assertThat(Arrays.stream(Format.values()).map(Format::wireName))
        .containsExactly("standard", "slack", "teams", "pagerduty");
    for (Format format : Format.values()) {
      assertThat(Format.find(format.wireName())).isEqualTo(format);
    }
    assertThat(Stream.<@Nullable Format>of(Format.find("email"), Format.find("SLACK")))
        .containsOnlyNulls();
  }

  @Test
  void a_title_keeps_its_verb_however_long_the_names_are() {
    Alert alert =
        new Alert.OfSession(
            new Alert.Head(
                "a", AlertType.SESSION_BLOCKED, Samples.AT, "c".repeat(128), Samples.PERIOD),
            Standing.State.OK,
            List.of(Alert.BLOCKED),
            Usd.of("5"),
            Usd.of("5"),
            "s".repeat(128),
            null);
    assertThat(AlertText.title(alert)).hasSizeLessThanOrEqualTo(150).endsWith("refused a call");
  }

  @Test
  void amounts_carry_their_currency_and_are_not_rounded_up_to_a_limit() {
    Alert alert =
        Samples.alert(
            "acme",
            AlertType.THRESHOLD_REACHED,
            Standing.State.ALERTING,
            Usd.of("199.999"),
            Usd.of("200"),
            "50",
            "80%");
    assertThat(AlertText.title(alert)).isEqualTo("acme reached $50 and 80%");
    assertThat(AlertText.spent(alert)).startsWith("$199.99 of $200.00");
  }

  @ParameterizedTest
  @CsvSource({"https://evil.example/x", "evil.example", "www.evil.com/a", "a@evil.com"})
  void a_name_that_looks_like_a_link_is_none(String name) {
    AlertReport report =
        new AlertReport(
            Samples.reached().alert(),
            1,
            null,
            List.of(new AlertReport.Cost(name, Usd.of("1"))),
            List.of());
    for (Format format : List.of(Format.SLACK, Format.TEAMS)) {
      assertThat(body(report, format)).doesNotContain(name);
    }
    assertThat(AlertText.unlinked("gpt-4.1-mini")).isEqualTo("gpt-4.1-mini");
    assertThat(AlertText.unlinked("claude-opus-4-8[1m]")).isEqualTo("claude-opus-4-8[1m]");
  }
}
