package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the scripts of {@code docs/python.md} as its reader does, one after the other, with the
 * client in {@code clients/python}: each must print what the block after it shows.
 */
class PythonDocTest {
  private static final String DOCUMENT = "docs/python.md";

  private static final Pattern BLOCK =
      Pattern.compile("^```(python|text)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path directory = Path.of("");

  @Test
  void the_scripts_print_what_is_shown() throws Exception {
    requirePython();
    List<String> blocks = blocks();
    assertThat(blocks.size()).isGreaterThan(5);
    try (var peras = LocalPeras.start(Map.of())) {
      for (int i = 0; i < blocks.size(); i += 2) {
        String printed = run(peras.baseUri().toString(), "python3", "-c", blocks.get(i));
        assertThat(withoutMonth(printed))
            .as(blocks.get(i))
            .isEqualTo(withoutMonth(blocks.get(i + 1)));
      }
    }
  }

  private static List<String> blocks() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(root().resolve(DOCUMENT)));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      boolean isText = blocks.size() % 2 == 1;
      assertThat(block.group(1)).isEqualTo(isText ? "text" : "python");
      blocks.add(block.group(2));
    }
    return blocks;
  }

  private static Path root() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve(DOCUMENT))) {
        return up;
      }
    }
    throw new IllegalStateException("no " + DOCUMENT + " above " + Path.of("").toAbsolutePath());
  }

  private static String withoutMonth(String text) {
    return text.replaceAll("\\b20\\d\\d-\\d\\d\\b", "<month>");
  }

  private String run(String url, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("PERAS_URL", url);
    builder.environment().put("PYTHONPATH", root().resolve("clients/python/src").toString());
    Process python = builder.redirectErrorStream(true).start();
    python.getOutputStream().close();
    String printed = new String(python.getInputStream().readAllBytes(), UTF_8);
    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return printed;
  }

  private void requirePython() throws InterruptedException {
    try {
      if (run("", "python3", "--version").startsWith("Python 3.")) {
        return;
      }
    } catch (IOException e) {
      // no python3: said below
    }
    String message = "Skipped: the scripts of docs/python.md need python3";
    System.out.println(message);
    abort(message);
  }
}
