package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs README and tour as a newcomer does: every {@code sh} block is pasted into a shell, one after
 * the other, and must print what the {@code json} or {@code text} block after it shows, apart from
 * times, months and projections. In {@code json}, {@code ...} stands for whatever is left out, and
 * lines may be broken between members.
 */
class ReadmeTest {
  private static final Pattern SHOWN =
      Pattern.compile(
          "^```sh\\n(?<lines>.*?)^```\\n\\s*(^```(json|text)\\n(?<output>.*?)^```\\n)?",
          Pattern.MULTILINE | Pattern.DOTALL);

  private record Example(String lines, String output) {}

  @ParameterizedTest
  @CsvSource({"README.md, 3", "docs/tour.md, 15"})
  void the_lines_of_a_page_print_what_it_shows(String page, int fewest) throws Exception {
    requireCurl();
    List<Example> examples = examples(page);
    assertThat(examples).hasSizeGreaterThanOrEqualTo(fewest);
    try (var peras = LocalPeras.start(Map.of())) {
      String address = peras.baseUri().getAuthority();
      String hookPort = Integer.toString(freePort());
      for (Example example : examples) {
        String lines = example.lines().replace("localhost:3000", address).replace("9005", hookPort);
        assertThat(withoutTimes(run(lines)))
            .as(example.lines())
            .matches(withGaps(withoutTimes(example.output())));
      }
    }
  }

  /** What is shown as a pattern, in which three dots between members stand for anything. */
  private static Pattern withGaps(String shown) {
    String[] parts = shown.strip().replaceAll("\\n *", "").split(" *\\.\\.\\. *", -1);
    return Pattern.compile(
        Arrays.stream(parts).map(Pattern::quote).collect(joining(".*")) + "\\n?", Pattern.DOTALL);
  }

  private static List<Example> examples(String page) throws IOException {
    Matcher shown = SHOWN.matcher(Files.readString(home().resolve(page)));
    List<Example> examples = new ArrayList<>();
    while (shown.find()) {
      String output = shown.group("output");
      examples.add(new Example(shown.group("lines"), output == null ? "" : output));
    }
    return examples;
  }

  private static Path home() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve("template.yaml")) && Files.exists(up.resolve("README.md"))) {
        return up;
      }
    }
    throw new IllegalStateException("no README.md above " + Path.of("").toAbsolutePath());
  }

  private static String withoutTimes(String text) {
    return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<time>")
        .replaceAll("\\b20\\d\\d-\\d\\d\\b", "<month>")
        .replaceAll("\"projected\":[0-9.]+", "\"projected\":<number>");
  }

  private static String run(String lines) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("sh", "-c", lines).redirectErrorStream(true).start();
    shell.getOutputStream().close();
    String printed = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor(120, TimeUnit.SECONDS)).as(lines).isTrue();
    return printed;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void requireCurl() throws InterruptedException {
    try {
      if (run("curl --version").startsWith("curl ")
          && run("python3 --version").startsWith("Python ")) {
        return;
      }
    } catch (IOException e) {
      // no sh: said below
    }
    String message = "Skipped: the lines of README and tour need sh, curl and python3";
    System.out.println(message);
    abort(message);
  }
}
