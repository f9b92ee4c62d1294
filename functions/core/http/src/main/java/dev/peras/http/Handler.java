package dev.peras.http;

/** Answers one call. */
@FunctionalInterface
public interface Handler {
  /**
   * Does what the request asks.
   *
   * @throws dev.peras.engine.Refusal when the request can't be done as asked
   */
  Response handle(Request request);
}
