package dev.peras.store;

import dev.peras.engine.Reason;
import dev.peras.engine.Refusal;
import dev.peras.table.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Opaque cursors: where a list goes on. */
final class Cursors {
  /** DynamoDB takes no longer ones, not even to go on from. */
  private static final int MAX_SORT_KEY_BYTES = 1024;

  private Cursors() {}

  static String ofStep(long number) {
    return encode("step", Long.toString(number));
  }

  /** The number of the last step that was read; 0 at the start. */
  static long step(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    try {
      return Long.parseLong(decode(cursor)[1]);
    } catch (NumberFormatException e) {
      throw invalid();
    }
  }

  static String ofText(String text) {
    return encode("-", text);
  }

  static @Nullable String text(@Nullable String cursor) {
    return cursor == null ? null : decode(cursor)[1];
  }

  static String ofKey(Key key) {
    return encode(key.pk(), key.sk());
  }

  static @Nullable Key key(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    String[] parts = decode(cursor);
    if (parts[1].getBytes(StandardCharsets.UTF_8).length > MAX_SORT_KEY_BYTES) {
      throw invalid();
    }
    return new Key(parts[0], parts[1]);
  }

  private static String encode(String first, String second) {
    byte[] text = (first + "\n" + second).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  private static String[] decode(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      String[] parts = text.split("\n", -1);
      if (parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()) {
        return parts;
      }
      throw invalid();
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static Refusal invalid() {
    return Refusal.because(new Reason.UnknownCursor());
  }
}
