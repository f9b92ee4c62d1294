package dev.peras.engine.detectors;

import static dev.peras.engine.Samples.record;
import static dev.peras.engine.Samples.sessionWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.Call;
import dev.peras.engine.sessions.Session;
import dev.peras.engine.usage.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Labelled sessions: loops that must be found, and steady work that must not be warned of. The
 * table of docs/detectors.md is what this prints.
 */
class CalibrationTest {
  private static final String BEGIN = "<!-- made by CalibrationTest -->";
  private static final String END = "<!-- end -->";
  private static final DetectorSettings STOPPING = stopping(DetectorSettings.DEFAULTS);

  /**
   * A session and what is right of it.
   *
   * @param isLoop whether it must be found to be one
   * @param call makes its calls by number, from 0
   */
  private record Labelled(String name, boolean isLoop, int steps, IntFunction<Call> call) {}

  private static DetectorSettings stopping(DetectorSettings base) {
    return new DetectorSettings(
        base.budgetExceeded(),
        new DetectorSettings.RetryLoop(true, 3, StepHistory.REMEMBERED, true),
        base.contextBloat(),
        base.tokenAcceleration(),
        base.toolAmplification(),
        base.velocity());
  }

  private static Call call(int i) {
    return Call.named("e" + i).tokens(new Tokens(3_000, 80, 0, 0, 0, 0)).toolCalls(1);
  }

  private static Call step(int i, String prompt, String result) {
    return call(i).prompt(prompt).result(result);
  }

  /** A round of so many steps, over and over. */
  private static Labelled round(int period) {
    return new Labelled(
        "round of " + period + ", with results",
        true,
        60,
        i -> step(i, "p" + i % period, "r" + i % period));
  }

  private static List<Labelled> labelled() {
    List<Labelled> all = new ArrayList<>();
    for (int period = 1; period <= 8; period++) {
      all.add(round(period));
    }
    all.add(new Labelled("same prompt, no result", true, 10, i -> call(i).prompt("p")));
    all.add(new Labelled("round of 2, prompts alone", true, 40, i -> call(i).prompt("p" + i % 2)));
    all.add(new Labelled("round of 8, prompts alone", true, 40, i -> call(i).prompt("p" + i % 8)));
    all.add(
        new Labelled(
            "every second step the same, others between",
            true,
            40,
            i -> i % 2 == 0 ? step(i, "run tests", "fail") : step(i, "look " + i, "r" + i)));
    all.add(
        new Labelled(
            "every fifth step the same, others between",
            true,
            40,
            i -> i % 5 == 0 ? step(i, "run tests", "fail") : step(i, "look " + i, "r" + i)));
    Random noise = new Random(5);
    all.add(
        new Labelled(
            "the same by chance in half of the steps",
            true,
            60,
            i ->
                noise.nextBoolean()
                    ? step(i, "run tests", "fail")
                    : step(i, "look " + i, "r" + i)));
    all.add(
        new Labelled(
            "growing prompt, the same result",
            true,
            629,
            i ->
                step(i, "task" + " read -> chunk".repeat(i), "chunk")
                    .input(4_000 + 600 * Math.min(i, 280))));
    all.add(
        new Labelled(
            "growing prompt, the same action and result",
            true,
            30,
            i -> step(i, "task" + " read -> chunk".repeat(i), "chunk").action("read(1)")));
    all.add(
        new Labelled(
            "the same prompt leads to the same action, no result",
            true,
            40,
            i ->
                i % 3 == 0
                    ? call(i).prompt("p").action("a")
                    : call(i).prompt("q" + i).action("b" + i)));
    all.add(
        new Labelled(
            "one of two agents loops",
            true,
            40,
            i ->
                i % 2 == 0
                    ? step(i, "again", "same").agent("stuck")
                    : step(i, "p" + i, "r" + i).agent("well")));
    all.add(
        new Labelled(
            "a loop with fees between its steps",
            true,
            40,
            i ->
                i % 2 == 0
                    ? step(i, "again", "same")
                    : Call.named("fee" + i).tokens(Tokens.NONE).cost("0.01")));

    all.add(new Labelled("steady work", false, 100, i -> step(i, "p" + i, "r" + i)));
    all.add(
        new Labelled(
            "steady work with small calls to another model",
            false,
            100,
            i ->
                i % 2 == 0
                    ? step(i, "p" + i, "r" + i).input(30_500).model("large")
                    : step(i, "p" + i, "r" + i).input(500).model("small")));
    all.add(
        new Labelled(
            "steady work with fees between",
            false,
            100,
            i ->
                i % 2 == 0
                    ? step(i, "p" + i, "r" + i).input(30_500)
                    : Call.named("fee" + i).tokens(Tokens.NONE).cost("0.01")));
    all.add(
        new Labelled(
            "steady work of three agents by turns",
            false,
            99,
            i -> step(i, "p" + i, "r" + i).input(10_000 + i % 3 * 40_000).agent("a" + i % 3)));
    all.add(
        new Labelled(
            "polling whose result changes", false, 100, i -> step(i, "is it done?", i + " %")));
    all.add(
        new Labelled(
            "polling that waits twice for each change",
            false,
            100,
            i -> step(i, "is it done?", i / 2 + " %")));
    all.add(
        new Labelled(
            "an error that is retried twice, then work",
            false,
            90,
            i -> i % 30 < 2 ? step(i, "call", "error " + i / 30) : step(i, "p" + i, "r" + i)));
    all.add(
        new Labelled(
            "the same check with another result each time",
            false,
            100,
            i ->
                i % 2 == 0
                    ? step(i, "run tests", "fail " + i)
                    : step(i, "edit " + i, "done " + i)));
    all.add(
        new Labelled(
            "the same prompt now and then, no results",
            false,
            100,
            i -> call(i).prompt(i % 4 == 0 ? "done" : "p" + i)));
    all.add(
        new Labelled(
            "different actions with the same result",
            false,
            100,
            i -> step(i, "p" + i, "ok").action("write " + i)));
    return all;
  }

  @Test
  void L63_every_labelled_loop_is_found_and_steady_work_is_not_warned_of() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("| session | loop | steps | fires at step | warnings of any kind |\n");
    table.append("|---|---|---|---|---|\n");
    int loops = 0;
    int found = 0;
    int steady = 0;
    int alarms = 0;
    for (Labelled labelled : labelled()) {
      Session session = sessionWith(STOPPING);
      long first = 0;
      for (int i = 0; i < labelled.steps(); i++) {
        session = record(session, labelled.call().apply(i)).session();
        if (first == 0 && session.stop()) {
          first = i + 1L;
        }
      }
      WarningSum loop = session.warnings().get(WarningType.RETRY_LOOP);
      long warnings = session.warnings().values().stream().mapToLong(WarningSum::count).sum();
      table.append(
          "| %s | %s | %d | %s | %d |%n"
              .formatted(
                  labelled.name(),
                  labelled.isLoop() ? "yes" : "no",
                  labelled.steps(),
                  first == 0 ? "-" : "" + first,
                  warnings));
      assertThat(loop != null).as(labelled.name()).isEqualTo(labelled.isLoop());
      assertThat(first > 0).as("%s stops", labelled.name()).isEqualTo(labelled.isLoop());
      loops += labelled.isLoop() ? 1 : 0;
      found += labelled.isLoop() && loop != null ? 1 : 0;
      steady += labelled.isLoop() ? 0 : 1;
      alarms += !labelled.isLoop() && warnings > 0 ? 1 : 0;
    }
    table.append(
        "%n%d of %d loops found, %d of %d steady sessions warned of.%n"
            .formatted(found, loops, alarms, steady));
    assertThat(alarms).isZero();
    checkDocument(table.toString());
  }

  /** Compares with the page; {@code -Dwrite.docs=true} writes it anew. */
  private static void checkDocument(String table) throws IOException {
    Path page = page();
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END, begin);
    String expected = "\n" + table.replace("\r\n", "\n");
    if (Boolean.getBoolean("write.docs")) {
      Files.writeString(page, text.substring(0, begin) + expected + text.substring(end));
    } else {
      assertThat(text.substring(begin, end)).as("-Dwrite.docs=true").isEqualTo(expected);
    }
  }

  private static Path page() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path page = up.resolve("docs/detectors.md");
      if (Files.exists(page)) {
        return page;
      }
    }
    throw new IllegalStateException("docs/detectors.md is in no folder above this one");
  }
}
