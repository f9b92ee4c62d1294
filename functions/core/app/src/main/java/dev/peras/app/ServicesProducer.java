package dev.peras.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Gives functions that run under Quarkus their services. */
@ApplicationScoped
public class ServicesProducer {
  @Produces
  @Singleton
  Services peras(DynamoDbClient client) {
    return Services.create(
        client,
        Settings.fromEnvironment(System.getenv()),
        InstantSource.system(),
        new EmbeddedMetrics());
  }
}
