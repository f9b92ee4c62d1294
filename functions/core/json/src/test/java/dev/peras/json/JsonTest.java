package dev.peras.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peras.engine.money.Usd;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "x",
        "{",
        "}",
        "[]",
        "1",
        "null",
        "\"{}\"",
        "{}{}",
        "{} x",
        "{a:1}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-Infinity}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":0x1}",
        "{\"a\":1,}",
        "{\"a\":1 /* b */}",
        "{\"a\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "\ufeff{}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1e99999999999}",
        "\u0000"
      })
  void refuses_what_is_no_json_object(String text) {
    UnreadableBody body = catchThrowableOfType(UnreadableBody.class, () -> Json.parseObject(text));

    assertThat(body.problem().status()).isEqualTo(400);
    assertThat(body.problem().detail()).startsWith("The body ").endsWith(".");
  }

  @Test
  void says_which_field_comes_twice() {
    UnreadableBody body =
        catchThrowableOfType(
            UnreadableBody.class,
            () -> Json.parseObject("{\"events\":[{},{\"tags\":{\"a\":\"1\",\"a\":\"2\"}}]}"));

    assertThat(body.problem().faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.field()).isEqualTo("events[1].tags.a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":NaN} | a | The body is not JSON: Non-standard token 'NaN' (line 1, column 9).",
        "{\"a\":[1,01]} | a[1] | The body is not JSON: Invalid numeric value: Leading zeroes not"
            + " allowed (line 1, column 10).",
        "{\"a\":1e99999999999} | a | The body has a number that is far too large or too small: a."
      })
  void says_where_reading_stopped(String text, String field, String detail) {
    UnreadableBody body = catchThrowableOfType(UnreadableBody.class, () -> Json.parseObject(text));

    assertThat(body.problem().detail()).isEqualTo(detail);
    assertThat(body.problem().faults()).extracting(Fault::field).containsExactly(field);
  }

  @Test
  @Timeout(5)
  void is_not_exhausted_by_depth_or_digits() {
    for (String text :
        new String[] {
          "{\"a\":".repeat(200_000),
          "{\"a\":" + "[".repeat(900_000),
          "{\"a\":" + "9".repeat(900_000)
        }) {
      assertThatThrownBy(() -> Json.parseObject(text)).isInstanceOf(UnreadableBody.class);
    }
  }

  @Test
  void reads_huge_exponents_without_computing_them() {
    assertThat(Duration.ofNanos(nanosToRead("{\"a\":1e999999999,\"b\":-1000e2147483647}")))
        .isLessThan(Duration.ofSeconds(2));
  }

  private static long nanosToRead(String text) {
    long start = System.nanoTime();
    ObjectNode object = Json.parseObject(text);
    assertThat(Rule.COST.read(object.get("a"))).isNull();
    assertThat(Rule.TOKENS.read(object.get("b"))).isNull();
    return System.nanoTime() - start;
  }

  @ParameterizedTest
  @CsvSource({
    "0.000826028, 0.000826028",
    "1E-15, 0.000000000000001",
    "100, 100",
    "1E+9, 1000000000",
    "0.50, 0.5",
    "0E-20, 0",
    "-2.5, -2.5",
    "12345678901234567.12345678901234567890, 12345678901234567.1234567890123456789"
  })
  void writes_money_as_plain_numbers(String amount, String expected) {
    ObjectNode json = Json.object();
    json.set("a", Json.money(Usd.of(amount)));

    assertThat(Json.write(json)).isEqualTo("{\"a\":" + expected + "}");
  }

  @Test
  void reads_and_writes_the_same_number() {
    String text = "{\"a\":0.1000000000000000055511151231257827}";

    assertThat(Json.write(Json.parseObject(text))).isEqualTo(text);
  }

  @Test
  void writes_fields_in_one_order_where_it_must_not_matter() {
    String one = Json.writeCanonically(Json.parseObject("{\"a\":{\"c\":1.50,\"b\":2},\"d\":3}"));
    String other = Json.writeCanonically(Json.parseObject("{\"d\":3,\"a\":{\"b\":2,\"c\":1.5}}"));

    assertThat(one).isEqualTo(other);
  }
}
