package dev.peras.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldsTest {
  @Test
  void a_reader_is_told_of_all_faults_at_once() {
    InvalidRequest refusal =
        refusal(
            "{'a':-1,'b':'x','d':1,'inner':{'e':true}}",
            fields -> {
              fields.get("a", Rule.TOKENS);
              fields.find("b", Rule.FLAG);
              fields.get("c", Rule.ID);
              fields.object("inner", inner -> inner.find("f", Rule.ID, ""));
              return true;
            });

    assertThat(refusal).hasMessage("a must be a whole number from 0 to 1000000000 (and 4 more)");
    assertThat(refusal.faults())
        .extracting(Fault::field)
        .containsExactly("a", "b", "c", "inner.e", "d");
    assertThat(refusal.faults().get(3).message()).isEqualTo("is not known here; known are f");
  }

  @Test
  void a_value_comes_out_only_where_nothing_is_at_fault() {
    Long value = read("{'a':1}", fields -> fields.get("a", Rule.TOKENS));
    assertThat(value).isEqualTo(1);

    assertThat(refusal("{'a':-1}", fields -> fields.get("a", Rule.TOKENS)).faults()).hasSize(1);
    assertThat(refusal("{'b':1}", fields -> 1).getMessage())
        .isEqualTo("b is not known here; nothing is expected");
  }

  @Test
  void fields_that_have_been_read_cannot_be_asked_again() {
    List<Fields> kept = new ArrayList<>();
    Function<Fields, Boolean> keeper = kept::add;
    read(
        "{'inner':{},'list':[{}]}",
        fields -> {
          fields.object("inner", keeper);
          fields.objects("list", 1, 1, keeper);
          return keeper.apply(fields);
        });

    assertThat(kept)
        .hasSize(3)
        .allSatisfy(fields -> {
          assertThatIllegalStateException().isThrownBy(() -> fields.find("a", Rule.ID));
          assertThatIllegalStateException().isThrownBy(() -> fields.isNull("a"));
          assertThatIllegalStateException().isThrownBy(() -> fields.fault("a", "is wrong"));
        });
  }

  @Test
  void null_reads_as_absent() {
    read(
        "{'a':null,'b':null}",
        fields -> {
          assertThat(fields.find("a", Rule.ID)).isNull();
          assertThat(fields.find("b", Rule.FLAG, true)).isTrue();
          assertThat(fields.isNull("a")).isTrue();
          assertThat(fields.isNull("c")).isFalse();
          return true;
        });
  }

  @Test
  void a_required_field_may_not_be_null() {
    assertThat(refusal("{'a':null}", fields -> fields.get("a", Rule.ID)).getMessage())
        .startsWith("a is missing: it must be 1 to 128 of");
  }

  @Test
  void faults_of_a_batch_carry_the_index_of_their_event() {
    Function<Fields, Object> event =
        fields -> {
          fields.get("a", Rule.ID);
          return fields.tags("tags");
        };

    InvalidRequest refusal =
        refusal(
            "{'events':[{'a':1},17,{'tags':{'t':5},'a':2}]}",
            fields -> {
              List<Object> events = fields.events(3, event);
              assertThat(events).hasSize(2);
              return true;
            });

    assertThat(refusal.faults())
        .extracting(Fault::path)
        .containsExactly("events[0].a", "events[1]", "events[2].a", "events[2].tags.t");
  }

  @Test
  void lists_are_bounded() {
    for (String list : new String[] {"[]", "[{},{},{}]", "{}", "'x'"}) {
      InvalidRequest refusal =
          refusal(
              "{'events':" + list + "}",
              fields -> {
                assertThat(fields.events(2, event -> true)).isNull();
                return true;
              });

      assertThat(refusal.getMessage()).isEqualTo("events must be a list of 1 to 2 objects");
    }
  }

  @Test
  void tags_are_bounded() {
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
      assertThat(refusal(bad, fields -> fields.tags("tags")).faults())
          .as(bad)
          .singleElement()
          .satisfies(fault -> assertThat(fault.field()).startsWith("tags").doesNotEndWith("."));
    }
    Map<String, String> tags =
        read("{'tags':{" + String.join(",", numbered(10)) + "}}", fields -> fields.tags("tags"));
    assertThat(tags).hasSize(10).containsEntry("t3", "x");
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "'t" + i + "':'x'").toList();
  }

  private static <T> T read(String json, Function<Fields, T> reader) {
    return Fields.read(Json.parseObject(json.replace('\'', '"')), reader);
  }

  private static InvalidRequest refusal(String json, Function<Fields, ?> reader) {
    return catchThrowableOfType(InvalidRequest.class, () -> read(json, reader));
  }
}
