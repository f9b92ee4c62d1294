package dev.peras.api;

import dev.peras.store.Customers;
import dev.peras.store.Prices;
import dev.peras.store.Sessions;
import java.time.InstantSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The services that the functions share, put together in one place. */
public record Peras(
    Sessions sessions, Customers customers, Prices prices, InstantSource clock, Settings settings) {

  /**
   * Peras on a DynamoDB table.
   *
   * @param clock what all of Peras takes for the time
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static Peras create(DynamoDbClient client, Settings settings, InstantSource clock) {
    throw new UnsupportedOperationException("the store comes with its own commit");
  }
}
