package dev.peras.ingestotlp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Unpacks a request's body, within bounds. */
final class Payload {
  static final int MAX_PACKED = 4_000_000;
  static final int MAX_UNPACKED = 20_000_000;

  private static final int CHUNK = 65_536;

  private Payload() {}

  /**
   * The bytes of a request.
   *
   * @param encoding of the header {@code content-encoding}; empty for none
   * @throws Unreadable when they are too many, or packed in a way that is not known
   */
  static byte[] unpacked(byte[] body, String encoding) {
    if (body.length > MAX_PACKED) {
      throw Unreadable.tooLarge("The body is larger than %,d bytes.".formatted(MAX_PACKED));
    }
    return switch (encoding) {
      case "", "identity" -> body;
      case "gzip" -> gunzipped(body);
      default ->
          throw Unreadable.unsupported(
              "content-encoding must be gzip or absent; other encodings are not read.");
    };
  }

  private static byte[] gunzipped(byte[] body) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body), CHUNK)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(CHUNK, body.length * 4));
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        out.write(chunk, 0, read);
        if (out.size() > MAX_UNPACKED) {
          throw Unreadable.tooLarge(
              "The body is larger than %,d bytes when unpacked.".formatted(MAX_UNPACKED));
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw Unreadable.because("The body is said to be gzip, but can't be unpacked.", e);
    }
  }
}
