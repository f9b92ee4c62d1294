package dev.peras.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Placeholder. */
@ApplicationScoped
class PerasProducer {
  @Produces
  Peras peras(DynamoDbClient client) {
    return Peras.create(client, Settings.fromEnvironment(System.getenv()), InstantSource.system());
  }
}
