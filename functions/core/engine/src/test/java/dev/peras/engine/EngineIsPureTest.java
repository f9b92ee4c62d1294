package dev.peras.engine;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.peras.engine.sessions.Recorder;
import dev.peras.engine.sessions.RecorderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The engine is a function of what it is given: no AWS, no framework, no clock, no chance. */
class EngineIsPureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.peras.engine");

  @Test
  void it_is_looked_at_as_a_whole() {
    assertThat(ENGINE.contain(Recorder.class)).isTrue();
    assertThat(ENGINE.contain(RecorderTest.class)).isFalse();
    assertThat(ENGINE.size()).isGreaterThan(30);
  }

  @Test
  void it_knows_nothing_but_the_language() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.peras.engine..",
            "java.lang",
            "java.lang.constant",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.math",
            "java.nio",
            "java.nio.charset",
            "java.security",
            "java.time..",
            "java.util..",
            "org.jspecify.annotations")
        .check(ENGINE);
  }

  @Test
  void its_packages_form_no_circle() {
    slices().matching("dev.peras.engine.(*)..").should().beFreeOfCycles().check(ENGINE);
  }

  @Test
  void it_has_no_clock_and_no_chance() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.(System|Thread.*|Process.*|Runtime)|java\\.time\\.(Clock|InstantSource)"
                + "|java\\.util\\.(Date|Calendar|Timer.*|UUID|.*Random.*)|java\\.util\\.random\\..*"
                + "|java\\.util\\.concurrent\\..*|java\\.security\\.SecureRandom")
        .check(ENGINE);
    noClasses()
        .should()
        .accessTargetWhere(target(nameMatching("now|random|systemDefault")))
        .check(ENGINE);
  }

  /** Word for word in the sources: a local variable leaves no trace in signatures. */
  @Test
  void no_binary_fraction_appears_in_it() throws IOException {
    Pattern fraction =
        Pattern.compile(
            "\\b(double|float|Double|Float|doubleValue|floatValue|Math\\.(round|pow|log|sqrt))\\b"
                + "|\\b\\d[\\d_]*(\\.\\d+)?[dDfF]\\b|(?<![\\w.])\\d+\\.\\d+");
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      List<String> found =
          sources
              .filter(path -> path.toString().endsWith(".java"))
              .flatMap(EngineIsPureTest::code)
              .filter(line -> fraction.matcher(line).find())
              .toList();
      assertThat(found).isEmpty();
    }
  }

  /** Lines of code, without comments and texts. */
  private static Stream<String> code(Path source) {
    try {
      String text =
          Files.readString(source)
              .replaceAll("(?s)/\\*.*?\\*/", "")
              .replaceAll("//[^\\n]*", "")
              .replaceAll("\"[^\"\\n]*\"", "");
      return text.lines().map(line -> source.getFileName() + ": " + line.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
