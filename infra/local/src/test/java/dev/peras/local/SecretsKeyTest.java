package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SecretsKeyTest {
  @TempDir Path folder;

  @Test
  void is_kept_beside_the_data_and_another_in_memory() {
    String key = SecretsKey.in(folder);

    assertThat(Base64.getDecoder().decode(key)).hasSize(32);
    assertThat(SecretsKey.in(folder)).isEqualTo(key);
    assertThat(SecretsKey.in(null)).isNotEqualTo(key);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
  void is_its_owners_alone() throws IOException {
    String unused = SecretsKey.in(folder);

    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(Files.getPosixFilePermissions(all.getFirst()))
          .containsOnly(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }
  }

  @Test
  void a_file_that_cannot_be_read_is_named() throws IOException {
    Files.createDirectory(folder.resolve("webhook-secrets.key"));

    assertThatThrownBy(() -> SecretsKey.in(folder))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("webhook-secrets.key cannot be used");
  }
}
