package dev.peras.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionTest {
  private final Region region = new Region("routes", List.of("A:", "  b: 1", ""));

  @Test
  void lines_take_the_indent_of_their_marker_and_the_rest_stays() {
    String text = "x:\n  # generated: routes\n  old\n  # end: routes\n  # end: other\ny: 2\n";

    assertThat(region.in(text))
        .isEqualTo(
            "x:\n  # generated: routes\n  A:\n    b: 1\n\n  # end: routes\n  # end: other\ny: 2\n");
    assertThat(region.in(region.in(text))).isEqualTo(region.in(text));
  }

  @Test
  void markdown_has_comments_of_its_own() {
    assertThat(region.in("<!-- generated: routes -->\n<!-- end: routes -->"))
        .isEqualTo("<!-- generated: routes -->\nA:\n  b: 1\n\n<!-- end: routes -->");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# generated: routes\n", "# end: routes\n", "# generated: route\n"})
  void a_text_without_the_region_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> region.in(text));
  }
}
