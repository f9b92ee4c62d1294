package dev.peras.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Posts to real receivers on this machine, well-behaved and not. */
class SenderTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Message MESSAGE =
      new Message(
          "{\"a\":1}".getBytes(UTF_8),
          Map.of("Content-Type", "application/json", "webhook-id", "alert-1"));

  private final Sender sender = sender(new UrlRule(true));

  @AfterEach
  void closeSender() {
    sender.close();
  }

  private static Sender sender(UrlRule rule) {
    return new Sender(rule, InstantSource.fixed(NOW));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void any_status_from_200_to_299_is_delivered(int status) throws IOException {
    try (Receiver receiver = Receiver.answering("HTTP/1.1 %d Fine".formatted(status))) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(new Outcome.Delivered(status));
      assertThat(receiver.requests())
          .singleElement()
          .asString()
          .startsWith("POST /hook?a=b HTTP/1.1\r\n")
          .contains("\r\nContent-Type: application/json\r\n", "\r\nwebhook-id: alert-1\r\n")
          .contains("\r\nUser-Agent: Peras\r\n")
          .endsWith("\r\n\r\n{\"a\":1}");
    }
  }

  @Test
  void a_receiver_that_is_gone_says_so() throws IOException {
    try (Receiver receiver = Receiver.answering("HTTP/1.1 410 Gone")) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(new Outcome.Gone());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_a_failure_and_never_followed(int status) throws IOException {
    try (Receiver elsewhere = Receiver.answering("HTTP/1.1 200 OK");
        Receiver receiver =
            Receiver.answering(
                "HTTP/1.1 %d Moved".formatted(status), "Location: " + elsewhere.url())) {
      assertThat(sender.post(MESSAGE, receiver.url()))
          .isEqualTo(
              new Outcome.Failed(
                  status, "the answer was a redirect, which is never followed", null));
      assertThat(elsewhere.connections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
  void an_error_is_posted_once_and_fails(int status) throws IOException {
    try (Receiver receiver = Receiver.answering("HTTP/1.1 %d No".formatted(status))) {
      assertThat(sender.post(MESSAGE, receiver.url()))
          .isEqualTo(new Outcome.Failed(status, "the answer was not 2xx", null));
      assertThat(receiver.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 407, 413, 422, 451, 499})
  void L61_an_answer_of_4xx_refuses_the_message(int status) throws IOException {
    try (Receiver receiver = Receiver.answering("HTTP/1.1 %d No".formatted(status))) {
      assertThat(sender.post(MESSAGE, receiver.url()))
          .isEqualTo(
              new Outcome.Refused(status, "the message was refused with %d".formatted(status)));
      assertThat(receiver.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "120 | PT2M",
        "0 | PT0S",
        "999999999999 | PT12H",
        "Tue, 24 Nov 2026 10:07:00 GMT | PT7M",
        "Tuesday, 24-Nov-26 10:07:00 GMT | PT7M",
        "Tue, 24 Nov 2026 09:00:00 GMT | PT0S",
        "Fri, 24 Nov 2028 09:00:00 GMT | PT12H",
        "-5 | none",
        "1.5 | none",
        "soon | none",
        "99999999999999999999999999 | none",
      })
  void what_a_receiver_asks_for_is_read_and_capped(String header, Duration expected)
      throws IOException {
    try (Receiver receiver =
        Receiver.answering("HTTP/1.1 429 Too Many Requests", "Retry-After: " + header)) {
      assertThat(sender.post(MESSAGE, receiver.url()))
          .isEqualTo(new Outcome.Failed(429, "the answer was not 2xx", expected));
    }
  }

  @Test
  void a_receiver_that_hangs_fails_at_the_limit() throws IOException {
    try (Receiver receiver = Receiver.hanging()) {
      assertThat(sender.post(MESSAGE, receiver.url(), SHORT))
          .isEqualTo(new Outcome.Failed(null, "no answer within 1000 ms", null));
    }
  }

  @Test
  void a_handshake_that_hangs_ends_at_the_limit_and_so_does_the_connection() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("https://127.0.0.1:" + silent.getLocalPort());
      assertThat(sender.post(MESSAGE, url, SHORT))
          .isEqualTo(new Outcome.Failed(null, "no answer within 1000 ms", null));
      try (Socket accepted = silent.accept()) {
        accepted.setSoTimeout(10_000);
        Throwable end = catchThrowable(() -> accepted.getInputStream().readAllBytes());
        assertThat(end instanceof SocketTimeoutException).as("still open").isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX-Slow: ", "H", "HTTP/1.1 100 Continue\r\n\r\n"})
  void headers_that_drip_end_at_the_limit_and_so_does_the_connection(String start)
      throws IOException {
    String drop = start.endsWith("\r\n\r\n") ? start : "a";
    try (Receiver receiver = Receiver.dripping(start, drop)) {
      assertThat(sender.post(MESSAGE, receiver.url(), SHORT))
          .isInstanceOfSatisfying(
              Outcome.Failed.class, failed -> assertThat(failed.status()).isNull());
      await().until(() -> receiver.broken() == 1);
    }
  }

  @Test
  void a_body_without_end_is_not_read() throws IOException {
    try (Receiver receiver =
        Receiver.dripping("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", "body")) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(new Outcome.Delivered(200));
      await().until(() -> receiver.broken() == 1);
    }
  }

  @Test
  void headers_without_end_are_cut_off() throws IOException {
    try (Receiver receiver = Receiver.dripping("HTTP/1.1 200 OK\r\n", "A: b\r\n".repeat(1000))) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(noHttp());
    }
    try (Receiver receiver = Receiver.dripping("HTTP/1.1 200 OK\r\nA: ", "b".repeat(100_000))) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(noHttp());
    }
  }

  @Test
  void a_receiver_that_drops_the_connection_or_speaks_another_protocol_fails() throws IOException {
    try (Receiver receiver = Receiver.that((self, out) -> out.close())) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(noHttp());
      assertThat(receiver.requests()).hasSize(1);
    }
    try (Receiver receiver =
        Receiver.that((self, out) -> out.write("220 mail ESMTP\r\n".repeat(500).getBytes(UTF_8)))) {
      assertThat(sender.post(MESSAGE, receiver.url())).isEqualTo(noHttp());
    }
  }

  private static Outcome noHttp() {
    return new Outcome.Failed(null, "the connection ended without an answer that is HTTP", null);
  }

  @Test
  void nobody_listening() throws IOException {
    URI url;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    assertThat(sender.post(MESSAGE, url))
        .isEqualTo(new Outcome.Failed(null, "no connection", null));
  }

  @Test
  void nothing_that_a_receiver_sends_is_repeated() throws IOException {
    try (Receiver receiver =
        Receiver.that((self, out) ->
            out.write(
                "HTTP/1.1 500 mark1\r\nX-A: mark2\r\nRetry-After: mark3\r\n\r\nmark4"
                    .getBytes(UTF_8)))) {
      assertThat(sender.post(MESSAGE, receiver.url()).toString()).doesNotContain("mark");
    }
  }

  @Test
  void each_message_has_its_own_connection_and_no_cookies() throws IOException {
    try (Receiver receiver = Receiver.answering("HTTP/1.1 200 OK", "Set-Cookie: a=b; Path=/")) {
      for (int i = 0; i < 3; i++) {
        sender.post(MESSAGE, receiver.url());
      }
      assertThat(receiver.connections()).isEqualTo(3);
      assertThat(receiver.requests())
          .allSatisfy(request ->
              assertThat(request)
                  .contains("\r\nConnection: close\r\n")
                  .doesNotContainIgnoringCase("cookie", "keep-alive", "upgrade"));
    }
  }

  @Test
  void hanging_receivers_delay_nobody() throws Exception {
    int hanging = 60;
    try (Receiver hung = Receiver.hanging();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> posts = new ArrayList<>();
      for (int i = 0; i < hanging; i++) {
        posts.add(threads.submit(() -> sender.post(MESSAGE, hung.url(), Duration.ofMinutes(1))));
      }
      await().until(() -> hung.requests().size() == hanging);
      try (Receiver good = Receiver.answering("HTTP/1.1 200 OK")) {
        assertThat(sender.post(MESSAGE, good.url())).isEqualTo(new Outcome.Delivered(200));
      }
      assertThat(posts).noneMatch(Future::isDone);
      hung.release();
      for (Future<Outcome> post : posts) {
        assertThat(post.get()).isEqualTo(noHttp());
      }
    }
  }

  @Test
  void a_look_up_that_hangs_ends_at_the_limit() {
    CountDownLatch answered = new CountDownLatch(1);
    Names slow =
        host -> {
          uninterrupted(answered);
          throw new UnknownHostException();
        };
    try (Sender slowSender = sender(new UrlRule(false, slow))) {
      assertThat(slowSender.post(MESSAGE, URI.create("https://hooks.example.com"), SHORT))
          .isEqualTo(new Outcome.Failed(null, "no answer within 1000 ms", null));
    } finally {
      answered.countDown();
    }
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_name_that_does_not_exist_fails() {
    Names none =
        host -> {
          throw new UnknownHostException(host);
        };
    try (Sender lost = sender(new UrlRule(false, none))) {
      assertThat(lost.post(MESSAGE, URI.create("https://hooks.example.com")))
          .isEqualTo(new Outcome.Failed(null, "the host's name is unknown", null));
    }
  }

  @Test
  void a_name_that_turns_private_after_the_check_is_not_connected_to() throws IOException {
    try (Receiver inside = Receiver.answering("HTTP/1.1 200 OK")) {
      AtomicInteger lookUps = new AtomicInteger();
      Names rebinding =
          host ->
              new InetAddress[] {
                lookUps.getAndIncrement() == 0
                    ? InetAddress.getByAddress(host, new byte[] {8, 8, 8, 8})
                    : InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})
              };
      UrlRule rule = new UrlRule(false, rebinding);
      URI url = inside.url("hooks.example.com", "https");
      assertThat(rule.check(url)).isNull();
      try (Sender strict = sender(rule)) {
        assertThat(strict.post(MESSAGE, url)).isEqualTo(forbidden());
      }
      assertThat(inside.connections()).isZero();
    }
  }

  @Test
  void the_addresses_that_were_judged_are_the_ones_connected_to() throws IOException {
    try (Receiver receiver = Receiver.answering("HTTP/1.1 200 OK")) {
      AtomicInteger lookUps = new AtomicInteger();
      Names once =
          host -> {
            lookUps.getAndIncrement();
            return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
          };
      try (Sender local = sender(new UrlRule(true, once))) {
        assertThat(local.post(MESSAGE, receiver.url("hooks.example.com", "https")))
            .isInstanceOf(Outcome.Failed.class); // it speaks no TLS
      }
      assertThat(receiver.connections()).isEqualTo(1);
      assertThat(lookUps).hasValue(1);
    }
  }

  @Test
  void one_forbidden_address_among_many_forbids_all() throws IOException {
    try (Receiver inside = Receiver.answering("HTTP/1.1 200 OK")) {
      Names mixed =
          host ->
              new InetAddress[] {
                InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}),
                InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1})
              };
      try (Sender local = sender(new UrlRule(true, mixed))) {
        assertThat(local.post(MESSAGE, inside.url("hooks.example.com", "https")))
            .isEqualTo(forbidden());
      }
      assertThat(inside.connections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "[::]"})
  void an_address_in_the_url_is_judged_too(String host) {
    try (Sender strict = sender(new UrlRule(false))) {
      assertThat(strict.post(MESSAGE, URI.create("https://" + host + "/latest/meta-data")))
          .isEqualTo(forbidden());
    }
  }

  private static Outcome forbidden() {
    return new Outcome.Failed(
        null, "the host has an address that is not on the public internet", null);
  }

  @Test
  void a_url_that_breaks_the_rule_is_not_connected_to() throws IOException {
    try (Receiver inside = Receiver.answering("HTTP/1.1 200 OK");
        Sender strict = sender(new UrlRule(false))) {
      assertThat(strict.post(MESSAGE, inside.url()))
          .isEqualTo(
              new Outcome.Failed(null, "the URL must have a host on the public internet", null));
      assertThat(inside.connections()).isZero();
    }
  }

  @Test
  void the_systems_proxy_is_not_asked() throws Exception {
    try (Receiver proxy = Receiver.answering("HTTP/1.1 200 OK");
        Receiver receiver = Receiver.answering("HTTP/1.1 202 Accepted")) {
      Outcome outcome =
          withProperties(
              Map.of(
                  "http.proxyHost", "127.0.0.1",
                  "http.proxyPort", Integer.toString(proxy.url().getPort()),
                  "http.nonProxyHosts", ""),
              () -> {
                try (Sender direct = sender(new UrlRule(true))) {
                  return direct.post(MESSAGE, receiver.url());
                }
              });
      assertThat(outcome).isEqualTo(new Outcome.Delivered(202));
      assertThat(proxy.connections()).isZero();
    }
  }

  private static <T> T withProperties(Map<String, String> properties, Callable<T> action)
      throws Exception {
    properties.forEach(System::setProperty);
    try {
      return action.call();
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }
}
