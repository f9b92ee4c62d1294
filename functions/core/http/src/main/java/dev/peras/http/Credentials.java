package dev.peras.http;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings to say who sends it.
 *
 * @param authorization the header of that name; null for none
 * @param key the header {@code x-peras-key}; null for none
 * @param authenticated whether API Gateway knows the caller, by a signature or a token
 * @param claims of the caller's token; none where there is none
 * @param scopes of the caller's token
 */
public record Credentials(
    @Nullable String authorization,
    @Nullable String key,
    boolean authenticated,
    Map<String, String> claims,
    Set<String> scopes) {

  public Credentials {
    claims = Map.copyOf(claims);
    scopes = Set.copyOf(scopes);
  }
}
