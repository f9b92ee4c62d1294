package dev.peras.webhooks;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Posts a message once, to a public address, within a time limit. Thread-safe.
 *
 * <p>Receivers are strangers: their redirects are not followed, their cookies not kept, their
 * answers' bodies not even read. The rule for addresses is applied to the very addresses that a
 * connection is opened to. Each message has a connection of its own: one that outlives it would be
 * dead when a frozen function thaws.
 */
public final class Sender implements AutoCloseable {
  /** How long a receiver has, from the look-up of its name to the last header of its answer. */
  public static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int GONE = 410;

  /** Request timeout, too early, too many requests. */
  private static final Set<Integer> ASKS_TO_COME_AGAIN = Set.of(408, 425, 429);

  private static final int MAX_HEADERS = 100;
  private static final int MAX_LINE = 8192;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");

  private final UrlRule rule;
  private final InstantSource clock;
  private final CloseableHttpClient client;

  /** Threads of the system: a look-up or a handshake that blocks holds up no virtual thread. */
  private final ExecutorService exchanges =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("webhook-", 0).factory());

  /**
   * @param clock tells how far away a date in {@code Retry-After} is
   */
  public Sender(UrlRule rule, InstantSource clock) {
    this.rule = rule;
    this.clock = clock;
    this.client =
        HttpClients.custom()
            .setConnectionManager(connections(rule))
            .setConnectionReuseStrategy((request, response, context) -> false)
            .setUserAgent("Peras")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  private static HttpClientConnectionManager connections(UrlRule rule) {
    Http1Config answers =
        Http1Config.custom().setMaxHeaderCount(MAX_HEADERS).setMaxLineLength(MAX_LINE).build();
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setDnsResolver(new RuledResolver(rule))
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder().http1Config(answers).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom().setConnectTimeout(Timeout.of(LIMIT)).build())
        // The caller limits concurrency; waiting for a slow receiver's connection to end would let
        // one endpoint delay another.
        .setMaxConnPerRoute(Integer.MAX_VALUE)
        .setMaxConnTotal(Integer.MAX_VALUE)
        .build();
  }

  /** Posts within {@link #LIMIT}. */
  public Outcome post(Message message, URI url) {
    return post(message, url, LIMIT);
  }

  /**
   * Posts and waits for the answer.
   *
   * @param limit for everything together, however slowly a receiver drips its answer
   */
  public Outcome post(Message message, URI url, Duration limit) {
    String fault = rule.checkText(url);
    if (fault != null) {
      return failed("the URL must " + fault);
    }
    HttpPost request = request(message, url, limit);
    CompletableFuture<Outcome> outcome =
        CompletableFuture.supplyAsync(() -> exchange(request, limit), exchanges);
    try {
      return outcome.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return late(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a webhook could not be posted", e.getCause());
    } finally {
      // Ends an exchange by closing its connection.
      request.cancel();
    }
  }

  private static HttpPost request(Message message, URI url, Duration limit) {
    HttpPost request = new HttpPost(url);
    message.headers().forEach(request::setHeader);
    request.setHeader(HttpHeaders.CONNECTION, "close");
    request.setEntity(new ByteArrayEntity(message.body(), null));
    request.setConfig(
        RequestConfig.custom()
            .setResponseTimeout(Timeout.of(limit))
            .setProtocolUpgradeEnabled(false)
            .build());
    return request;
  }

  private Outcome exchange(HttpPost request, Duration limit) {
    try {
      // Left open: to close it would read its body. Cancelling the request closes the connection.
      ClassicHttpResponse answer = client.executeOpen(null, request, null);
      return outcome(answer);
    } catch (UrlRule.ForbiddenAddress e) {
      return failed("the host has an address that is not on the public internet");
    } catch (SocketTimeoutException e) {
      // The socket has the same limit, and may be the first to notice.
      return late(limit);
    } catch (UnknownHostException e) {
      return failed("the host's name is unknown");
    } catch (ConnectException e) {
      return failed("no connection");
    } catch (SSLException e) {
      return failed("no trusted TLS connection");
    } catch (IOException e) {
      return failed("the connection ended without an answer that is HTTP");
    }
  }

  private Outcome outcome(ClassicHttpResponse answer) {
    int status = answer.getCode();
    if (status >= 200 && status < 300) {
      return new Outcome.Delivered(status);
    }
    if (status == GONE) {
      return new Outcome.Gone();
    }
    if (status >= 400 && status < 500 && !ASKS_TO_COME_AGAIN.contains(status)) {
      return new Outcome.Refused(status, "the message was refused with " + status);
    }
    String reason =
        status >= 300 && status < 400
            ? "the answer was a redirect, which is never followed"
            : "the answer was not 2xx";
    return new Outcome.Failed(status, reason, retryAfter(answer));
  }

  /** From seconds or a date; null for none and for anything else. */
  private @Nullable Duration retryAfter(ClassicHttpResponse answer) {
    Header header = answer.getFirstHeader(HttpHeaders.RETRY_AFTER);
    if (header == null || header.getValue() == null) {
      return null;
    }
    String value = header.getValue().strip();
    if (SECONDS.matcher(value).matches()) {
      return capped(Duration.ofSeconds(Long.parseLong(value)));
    }
    Instant date = DateUtils.parseStandardDate(value);
    return date == null ? null : capped(Duration.between(clock.instant(), date));
  }

  private static Duration capped(Duration asked) {
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(Backoff.LONGEST) > 0 ? Backoff.LONGEST : asked;
  }

  private static Outcome late(Duration limit) {
    return failed("no answer within %d ms".formatted(limit.toMillis()));
  }

  private static Outcome failed(String reason) {
    return new Outcome.Failed(null, reason, null);
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
    exchanges.shutdownNow();
  }

  /** Lets the client connect only to addresses that the rule has checked. */
  private record RuledResolver(UrlRule rule) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return rule.resolve(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
