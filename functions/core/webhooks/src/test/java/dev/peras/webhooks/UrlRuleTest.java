package dev.peras.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlRuleTest {
  private static final String HTTPS = "be an absolute https URL";
  private static final String HOST =
      "have a host that is a full ASCII name, four decimal numbers or [IPv6]";
  private static final String PUBLIC = "have a host on the public internet";

  private static final Map<String, String> KNOWN =
      Map.of(
          "hooks.example.com", "8.8.8.8,2606:4700:4700::1111",
          "xn--mnchen-3ya.example", "8.8.4.4",
          "private.example.com", "10.1.2.3",
          "half.example.com", "8.8.8.8,192.168.0.1",
          "half6.example.com", "8.8.8.8,fd00:ec2::254",
          "loop.example.com", "127.0.0.1",
          "metadata.google.internal", "169.254.169.254");

  private static InetAddress[] lookUp(String host) throws UnknownHostException {
    if (host.equalsIgnoreCase("localhost") || host.matches("[0-9.]+|.*:.*")) {
      return InetAddress.getAllByName(host);
    }
    if (!KNOWN.containsKey(host)) {
      throw new UnknownHostException(host);
    }
    return Stream.of(KNOWN.get(host).split(","))
        .map(UrlRuleTest::address)
        .toArray(InetAddress[]::new);
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String check(String url, boolean allowLoopback) {
    String fault = new UrlRule(allowLoopback, UrlRuleTest::lookUp).check(URI.create(url));
    return fault == null ? "fine" : fault;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hooks.example.com",
        "https://hooks.example.com/services/T0/B0/x?y=z",
        "HTTPS://hooks.example.com:443/",
        "https://hooks.example.com:8443/",
        "https://hooks.example.com:65535/",
        "https://hooks.example.com/@user",
        "https://xn--mnchen-3ya.example/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
      })
  void public_urls_are_fine(String url) {
    assertThat(check(url, false)).isEqualTo("fine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://hooks.example.com | " + HTTPS,
        "ftp://hooks.example.com | " + HTTPS,
        "file:///etc/passwd | " + HTTPS,
        "gopher://hooks.example.com | " + HTTPS,
        "hooks.example.com/a | " + HTTPS,
        "//hooks.example.com/a | " + HTTPS,
        "mailto:a@example.com | " + HTTPS,
        "https:hooks.example.com | " + HTTPS,
        "https://user@hooks.example.com | have no user name or password",
        "https://user:secret@hooks.example.com | have no user name or password",
        "https://hooks.example.com@10.0.0.1/ | have no user name or password",
        "https://@hooks.example.com/ | have no user name or password",
        "https://a@b@hooks.example.com/ | have no user name or password",
        "https://hooks.example.com/#a | have no fragment",
        "https://10.0.0.1/#@hooks.example.com | have no fragment",
        "https:///a | " + HOST,
        "https://:443/a | " + HOST,
        "https://hooks.example.com./ | " + HOST,
        "https://hooks..example.com/ | " + HOST,
        "https://intranet/ | " + HOST,
        "https://under_score.example.com/ | " + HOST,
        "https://münchen.example/ | " + HOST,
        "https://１２７.０.０.１/ | " + HOST,
        "https://127。0。0。1/ | " + HOST,
        "https://2130706433/ | " + HOST,
        "https://0x7f000001/ | " + HOST,
        "https://0x7f.0.0.1/ | " + HOST,
        "https://0177.0.0.1/ | " + HOST,
        "https://010.8.8.8/ | " + HOST,
        "https://127.1/ | " + HOST,
        "https://127.0.1/ | " + HOST,
        "https://127.0.0.1./ | " + HOST,
        "https://256.0.0.1/ | " + HOST,
        "https://1.2.3.4.5/ | " + HOST,
        "https://[fe80::1%25eth0]/ | " + HOST,
        "https://[fe80::1%eth0]/ | " + HOST,
        "https://hooks.example.com:0/ | have port 443, or one from 1024 to 65535",
        "https://hooks.example.com:22/ | have port 443, or one from 1024 to 65535",
        "https://hooks.example.com:80/ | have port 443, or one from 1024 to 65535",
        "https://hooks.example.com:65536/ | have port 443, or one from 1024 to 65535",
        "https://missing.example.com/ | have a host that exists",
      })
  void what_two_readers_could_understand_differently_is_a_fault(String url, String fault) {
    assertThat(check(url, false)).isEqualTo(fault);
    assertThat(check(url, true)).isEqualTo(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://private.example.com/",
        "https://half.example.com/",
        "https://half6.example.com/",
        "https://metadata.google.internal/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://[::]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::10.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:a00:1::]/",
        "https://[2001:0:a00:1::]/",
        "https://[fd00:ec2::254]/",
      })
  void every_address_of_the_host_must_be_public(String url) {
    assertThat(check(url, false)).isEqualTo(PUBLIC);
    assertThat(check(url, true)).isEqualTo(PUBLIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8080/hook",
        "http://LOCALHOST/hook",
        "http://127.0.0.1:80/",
        "http://127.8.8.8:9/",
        "http://[::1]:8080/",
        "https://localhost:22/",
      })
  void the_local_runner_takes_its_own_machine_over_http_and_on_any_port(String url) {
    assertThat(check(url, true)).isEqualTo("fine");
    assertThat(check(url, false)).isEqualTo(PUBLIC);
  }

  @Test
  void http_is_for_hosts_that_are_always_this_machine() {
    assertThat(check("https://loop.example.com/", true)).isEqualTo("fine");
    assertThat(check("http://loop.example.com/", true)).isEqualTo(HTTPS);
    UrlRule lying = new UrlRule(true, host -> new InetAddress[] {address("8.8.8.8")});
    assertThat(lying.check(URI.create("http://localhost/"))).isEqualTo(PUBLIC);
  }

  @Test
  void lengths_are_limited() {
    String url = "https://hooks.example.com/";
    assertThat(check(url + "a".repeat(2048 - url.length()), false)).isEqualTo("fine");
    assertThat(check(url + "a".repeat(2049 - url.length()), false))
        .isEqualTo("have at most 2048 characters");
    assertThat(check("https://" + "a".repeat(64) + ".example.com", false)).isEqualTo(HOST);
    assertThat(check("https://" + "a.".repeat(126) + "com", false)).isEqualTo(HOST);
  }
}
