package dev.peras.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peras.http.Call;
import dev.peras.http.OpenApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeneratedTest {
  /** Tests run in their module's folder. */
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  @Test
  void what_is_checked_in_is_what_would_be_generated() throws IOException {
    assertThat(new Generated(ROOT).stale().keySet())
        .as("stale files: run `make generate` and commit what it writes")
        .isEmpty();
  }

  /** The two that are written by hand decide the same, or nothing is generated from either. */
  @ParameterizedTest
  @EnumSource
  void call_and_document_agree_on_who_may_make_a_call(Call call) {
    JsonNode own = Operation.of(call, OpenApi.document()).node().path("security");
    Set<String> scopes = new HashSet<>();
    (own.isMissingNode() ? OpenApi.document().path("security") : own)
        .forEach(way -> way.path("jwt").forEach(scope -> scopes.add(scope.textValue())));

    assertThat(scopes)
        .isEqualTo(
            call.role() == Call.Role.AGENT
                ? Set.of("peras/agent", "peras/admin")
                : Set.of("peras/admin"));
  }
}
