package dev.peras.webhooks;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where alerts go.
 *
 * @param url for Slack and Teams a secret itself
 * @param secrets that sign a standard message, newest first (two while one replaces the other); the
 *     routing key of PagerDuty; none for Slack and Teams
 * @param link the base address of the Peras API that readers can follow, such as {@code
 *     https://peras.example}; null for messages without a link
 */
public record Destination(URI url, Format format, List<String> secrets, @Nullable URI link) {

  /** Where PagerDuty takes events, unless an endpoint names another address. */
  public static final URI PAGERDUTY_URL = URI.create("https://events.pagerduty.com/v2/enqueue");

  /**
   * @throws IllegalArgumentException when the secrets do not suit the format
   */
  public Destination {
    secrets = List.copyOf(secrets);
    boolean suits =
        switch (format) {
          case STANDARD -> !secrets.isEmpty();
          case PAGERDUTY -> secrets.size() == 1;
          case SLACK, TEAMS -> secrets.isEmpty();
        };
    if (!suits) {
      throw new IllegalArgumentException(
          "%d secrets for the format %s".formatted(secrets.size(), format.wireName()));
    }
  }

  /** Without secrets, for logs. */
  @Override
  public String toString() {
    return "Target[%s, %s]".formatted(format.wireName(), url.getHost());
  }
}
