package dev.peras.engine.detectors;

import java.util.Locale;

/** The six things that Peras warns of. */
public enum WarningType {
  BUDGET_EXCEEDED,
  RETRY_LOOP,
  CONTEXT_BLOAT,
  TOKEN_ACCELERATION,
  TOOL_AMPLIFICATION,
  VELOCITY;

  /** Its name in the API: {@code budget_exceeded}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
