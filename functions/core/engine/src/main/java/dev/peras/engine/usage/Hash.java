package dev.peras.engine.usage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of a SHA-256: enough to tell prompts and events apart, small enough to keep.
 */
public record Hash(long high, long low) {
  public static final int BYTES = 16;

  public static Hash of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Hash of(byte[] content) {
    try {
      return fromBytes(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Reads the first {@value #BYTES} bytes. */
  public static Hash fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Hash(buffer.getLong(), buffer.getLong());
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }
}
