package dev.peras.api;

import java.util.Map;

/** Placeholder. */
public record Settings(String table) {
  public static Settings fromEnvironment(Map<String, String> environment) {
    String table = environment.get("PERAS_TABLE");
    if (table == null) {
      throw new IllegalArgumentException("PERAS_TABLE is not set");
    }
    return new Settings(table);
  }
}
