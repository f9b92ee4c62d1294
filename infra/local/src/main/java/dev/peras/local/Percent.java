package dev.peras.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;

/** Percent-decoding of URL parts. Bytes that are no UTF-8 become replacement characters. */
final class Percent {
  private Percent() {}

  /** Of a path, where a plus is a plus. */
  static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  /** Of a query, where a plus is a blank. */
  static String decodeQuery(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
