package dev.peras.json;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peras.engine.Refusal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldsTest {
  @Test
  void collects_all_faults() {
    Fields fields = fields("{'a':-1,'b':'x','d':1,'inner':{'e':true}}");
    fields.get("a", Rule.TOKENS);
    fields.find("b", Rule.FLAG);
    fields.get("c", Rule.ID);
    Fields inner = requireNonNull(fields.object("inner"));
    inner.find("f", Rule.ID);

    Refusal refusal = refusal(fields);

    assertThat(refusal.code()).isEqualTo(Refusal.Code.INVALID_REQUEST);
    assertThat(refusal.detail())
        .isEqualTo("a must be a whole number from 0 to 1000000000 (and 4 more)");
    assertThat(refusal.faults())
        .extracting(Refusal.Fault::field)
        .containsExactly("a", "b", "c", "d", "inner.e");
    assertThat(refusal.faults().getLast().message()).isEqualTo("is not known here; known are f");
  }

  @Test
  void reads_null_as_absent() {
    Fields fields = fields("{'a':null,'b':null}");

    assertThat(fields.find("a", Rule.ID)).isNull();
    assertThat(fields.find("b", Rule.FLAG, true)).isTrue();
    assertThat(fields.isNull("a")).isTrue();
    assertThat(fields.isNull("c")).isFalse();
    fields.end();
  }

  @Test
  void a_required_field_may_not_be_null() {
    Fields fields = fields("{'a':null}");
    fields.get("a", Rule.ID);

    assertThat(refusal(fields).detail()).startsWith("a is missing: it must be 1 to 128 of");
  }

  @Test
  void faults_of_a_batch_carry_the_index_of_their_event() {
    Fields fields = fields("{'events':[{'a':1},17,{'tags':{'t':5},'a':2}]}");
    List<Fields> events = requireNonNull(fields.events(3));
    assertThat(events).hasSize(2);
    for (Fields event : events) {
      event.get("a", Rule.ID);
      event.tags("tags");
    }

    assertThat(refusal(fields).faults())
        .extracting(Problem::path)
        .containsExactly("events[1]", "events[0].a", "events[2].a", "events[2].tags.t");
  }

  @Test
  void bounds_lists() {
    for (String list : new String[] {"[]", "[{},{},{}]", "{}", "'x'"}) {
      Fields fields = fields("{'events':" + list + "}");

      assertThat(fields.events(2)).isNull();
      assertThat(refusal(fields).detail()).isEqualTo("events must be a list of 1 to 2 objects");
    }
  }

  @Test
  void bounds_tags() {
    String eleven = "{'tags':{" + String.join(",", numbered(11)) + "}}";
    for (String bad :
        new String[] {
          eleven,
          "{'tags':{'':'x'}}",
          "{'tags':{'" + "n".repeat(65) + "':'x'}}",
          "{'tags':{'n':'" + "x".repeat(257) + "'}}",
          "{'tags':{'n':null}}",
          "{'tags':{'n':1}}",
          "{'tags':['n']}"
        }) {
      Fields fields = fields(bad);
      fields.tags("tags");

      assertThat(refusal(fields).faults()).as(bad).hasSize(1);
    }
    Fields fields = fields("{'tags':{" + String.join(",", numbered(10)) + "}}");
    assertThat(fields.tags("tags")).hasSize(10).containsEntry("t3", "x");
    fields.end();
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "'t" + i + "':'x'").toList();
  }

  private static Fields fields(String json) {
    return Fields.of(Json.parseObject(json.replace('\'', '"')));
  }

  private static Refusal refusal(Fields fields) {
    return catchThrowableOfType(Refusal.class, fields::end);
  }
}
