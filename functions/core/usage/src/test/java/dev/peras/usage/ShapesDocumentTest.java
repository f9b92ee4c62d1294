package dev.peras.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/usage.md lists what the table of shapes has; {@code -Ddocs.write} writes it anew. */
class ShapesDocumentTest {
  private static final Path DOCUMENT = Path.of("../../../docs/usage.md");
  private static final String START =
      "<!-- shapes: made from the table, see ShapesDocumentTest -->\n";
  private static final String END = "<!-- end of shapes -->\n";

  @Test
  void the_document_lists_every_shape_and_every_name() throws IOException {
    String text = Files.readString(DOCUMENT);
    int start = text.indexOf(START) + START.length();
    int end = text.indexOf(END);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCUMENT, text.substring(0, start) + listed() + text.substring(end));
    } else {
      assertThat(text.substring(start, end)).isEqualTo(listed());
    }
  }

  @Test
  void every_shape_says_what_is_input_or_stands_for_it() {
    assertThat(Shapes.ALL)
        .allSatisfy(shape -> {
          boolean isTotal = shape.sums().contains(Shape.Total.ONLY);
          assertThat(shape.names(isTotal ? Meaning.TOTAL : Meaning.INPUT))
              .as(shape.name())
              .isNotEmpty();
        });
    assertThat(Shapes.ALL).extracting(Shape::name).doesNotHaveDuplicates();
  }

  private static String listed() {
    StringBuilder text = new StringBuilder("\n");
    for (Shape shape : Shapes.ALL) {
      text.append("### ").append(shape.name()).append("\n\n");
      text.append("Cached tokens: ")
          .append(shape.cache().words())
          .append(" the input.\nReasoning: ");
      text.append(shape.reasoning().words()).append(" the output.\n\n| is | names |\n|---|---|\n");
      rows(shape)
          .forEach((is, names) -> {
            text.append("| ").append(is).append(" | ");
            text.append(
                names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")));
            text.append(" |\n");
          });
      text.append("\n");
    }
    return text.toString();
  }

  private static Map<String, List<String>> rows(Shape shape) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (Meaning meaning : Meaning.values()) {
      shape
          .counts()
          .forEach((name, count) -> {
            if (count.meaning() == meaning) {
              String is =
                  count.feeKind() == null ? meaning.words() : "fee `%s`".formatted(count.feeKind());
              rows.computeIfAbsent(is, none -> new ArrayList<>()).add(name);
            }
          });
    }
    return rows;
  }
}
