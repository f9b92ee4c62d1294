package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.http.Call;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code's table of calls and the template's routes say the same. */
class RoutesTest {
  @Test
  void every_call_has_a_route_and_every_route_a_call() {
    assertThat(Template.load().routes().stream().map(Route::key))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Arrays.stream(Call.values()).map(call -> call.method() + " " + call.path()),
                    Stream.of(Route.DEFAULT))
                .toList());
  }
}
