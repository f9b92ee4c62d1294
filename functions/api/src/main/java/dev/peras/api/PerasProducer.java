package dev.peras.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Gives functions that run under Quarkus their services. */
@ApplicationScoped
public class PerasProducer {
  @Produces
  @Singleton
  Peras peras(DynamoDbClient client) {
    return Peras.create(
        client,
        Settings.fromEnvironment(System.getenv()),
        InstantSource.system(),
        new EmbeddedMetrics());
  }
}
