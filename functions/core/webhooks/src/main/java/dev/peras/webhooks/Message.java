package dev.peras.webhooks;

import java.util.Map;

/**
 * The content of one POST request. Do not modify the bytes.
 *
 * @param headers all that the format asks for, the content type included
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Message(byte[] body, Map<String, String> headers) {
  public Message {
    headers = Map.copyOf(headers);
  }

  /** Without the body: it may hold PagerDuty's key. */
  @Override
  public String toString() {
    return "Message[%d bytes]".formatted(body.length);
  }
}
