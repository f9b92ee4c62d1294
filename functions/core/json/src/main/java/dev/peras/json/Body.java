package dev.peras.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as API Gateway passes it.
 *
 * @param content null for none
 * @param isBase64 API Gateway encodes bodies whose content type it does not know to be text
 */
public record Body(@Nullable String content, boolean isBase64) {
  static final int MAX_BYTES = 1_000_000;

  /**
   * The body as text; empty where there is none.
   *
   * @throws UnreadableBody when it is too large or not UTF-8
   */
  public String text() {
    if (content == null || content.isEmpty()) {
      return "";
    }
    if (!isBase64) {
      boolean isTooLarge =
          content.length() > MAX_BYTES
              || (content.length() > MAX_BYTES / 3
                  && content.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES);
      if (isTooLarge) {
        throw UnreadableBody.tooLarge(MAX_BYTES);
      }
      return content;
    }
    byte[] bytes = decoded(content);
    if (bytes.length > MAX_BYTES) {
      throw UnreadableBody.tooLarge(MAX_BYTES);
    }
    try {
      // Unlike the constructor of String, a decoder refuses bytes that are not UTF-8.
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw UnreadableBody.because("The body is not UTF-8.", e);
    }
  }

  /**
   * The body as bytes, however many.
   *
   * @throws UnreadableBody when it is marked as base64 and is not
   */
  public byte[] bytes() {
    if (content == null) {
      return new byte[0];
    }
    return isBase64 ? decoded(content) : content.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw UnreadableBody.because("The body is marked as base64, but is not.", e);
    }
  }
}
