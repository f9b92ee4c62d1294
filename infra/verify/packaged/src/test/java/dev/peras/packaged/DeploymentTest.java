package dev.peras.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What {@code template.yaml} deploys is there, is small, and fits its runtime. */
class DeploymentTest {
  private static final Deployment DEPLOYMENT = Deployment.read();

  /** 16 MB as Lambda counts them: its limit of 50 MB for a zip is 52,428,800 bytes. */
  private static final long MOST_BYTES = 16 * 1024 * 1024;

  /** Telemetry is read by protobuf's own classes. */
  private static final long MOST_BYTES_WITH_PROTOBUF = 17 * 1024 * 1024;

  /** The class file versions that Lambda's live Java runtimes run. */
  private static final Map<String, Integer> RUNTIMES = Map.of("java21", 65, "java25", 69);

  /** Folders of what may be on the class path of tests and the local runner alone. */
  private static final List<String> NEVER_DEPLOYED =
      List.of(
          "org/junit/",
          "org/assertj/",
          "org/awaitility/",
          "software/amazon/dynamodb/services/local/",
          "com/almworks/",
          "org/eclipse/jetty/",
          "com/amazonaws/services/lambda/runtime/api/client/",
          "io/quarkus/test/",
          "dev/peras/local/",
          "dev/peras/packaged/");

  @SuppressWarnings("unused") // by the tests' parameters
  static final List<Deployment.Function> FUNCTIONS = DEPLOYMENT.functions();

  @SuppressWarnings("unused")
  static final List<Deployment.Trigger> TRIGGERS = DEPLOYMENT.triggers();

  @Test
  void every_event_of_the_template_has_a_sample_and_every_sample_an_event() throws IOException {
    try (Stream<Path> samples = Files.list(DEPLOYMENT.root().resolve(Deployment.EVENTS))) {
      assertThat(samples)
          .containsExactlyInAnyOrderElementsOf(
              DEPLOYMENT.triggers().stream().map(Deployment.Trigger::file).toList());
    }
    assertThat(DEPLOYMENT.functions()).allSatisfy(f -> assertThat(f.triggers()).isNotEmpty());
  }

  @ParameterizedTest
  @FieldSource("TRIGGERS")
  void a_sample_is_of_its_route(Deployment.Trigger trigger) {
    JsonNode event = HttpAnswer.parse(trigger.event());

    if (trigger.type().equals("HttpApi")) {
      assertThat(event.path("routeKey").asText()).isEqualTo(trigger.routeKey());
      JsonNode context = event.path("requestContext");
      assertThat(context.path("routeKey")).isEqualTo(event.path("routeKey"));
      assertThat(context.at("/http/path")).isEqualTo(event.path("rawPath"));
      if (!trigger.routeKey().equals("$default")) {
        String[] methodAndPath = trigger.routeKey().split(" ", -1);
        assertThat(context.at("/http/method").asText()).isEqualTo(methodAndPath[0]);
        String path = methodAndPath[1];
        for (Map.Entry<String, JsonNode> parameter : event.path("pathParameters").properties()) {
          String name = parameter.getKey();
          String value = parameter.getValue().asText();
          path = path.replace("{" + name + "}", value).replace("{" + name + "+}", value);
        }
        assertThat(event.path("rawPath").asText()).isEqualTo(path);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("FUNCTIONS")
  void a_zip_is_small(Deployment.Function function) {
    assertThat(function.zip()).exists();
    boolean readsProtobuf = function.name().equals("IngestOtlpFunction");
    assertThat(function.zip().toFile().length())
        .isLessThanOrEqualTo(readsProtobuf ? MOST_BYTES_WITH_PROTOBUF : MOST_BYTES);
  }

  @ParameterizedTest
  @FieldSource("FUNCTIONS")
  void a_zip_fits_its_runtime_and_has_nothing_of_tests_or_the_local_runner(
      Deployment.Function function) throws IOException {
    assertThat(RUNTIMES).as("runtimes that Lambda has").containsKey(function.machine().runtime());
    int most = RUNTIMES.getOrDefault(function.machine().runtime(), 0);
    List<String> tooNew = new ArrayList<>();
    List<String> misplaced = new ArrayList<>();

    forEachClass(
        function,
        (name, majorVersion) -> {
          // A jar may bring newer variants of its classes, which older runtimes pass over.
          if (majorVersion > most && !name.startsWith("META-INF/versions/")) {
            tooNew.add(name);
          }
          if (NEVER_DEPLOYED.stream().anyMatch(name::startsWith)) {
            misplaced.add(name);
          }
        });

    assertThat(tooNew).as("too new for " + function.machine().runtime()).isEmpty();
    assertThat(misplaced).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("FUNCTIONS")
  void brings_the_event_that_it_is_primed_with(Deployment.Function function) throws IOException {
    try (ZipFile zip = Zips.open(function)) {
      assertThat(zip.getEntry("priming.json")).isNotNull();
    }
  }

  /** Hands over every class in a zip and its jars, with the version of its class file. */
  private static void forEachClass(
      Deployment.Function function, BiConsumer<String, Integer> classes) throws IOException {
    try (ZipFile zip = Zips.open(function)) {
      for (ZipEntry entry : zip.stream().toList()) {
        try (InputStream in = zip.getInputStream(entry)) {
          if (entry.getName().endsWith(".class")) {
            classes.accept(entry.getName(), majorVersion(in));
          } else if (entry.getName().endsWith(".jar")) {
            ZipInputStream jar = new ZipInputStream(new BufferedInputStream(in));
            for (ZipEntry inner; (inner = jar.getNextEntry()) != null; ) {
              if (inner.getName().endsWith(".class")) {
                classes.accept(inner.getName(), majorVersion(jar));
              }
            }
          }
        }
      }
    }
  }

  private static int majorVersion(InputStream classFile) throws IOException {
    return ByteBuffer.wrap(classFile.readNBytes(8)).getShort(6);
  }
}
