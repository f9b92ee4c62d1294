package dev.peras.engine.detectors;

import java.util.Locale;

/** What Peras warns of: what its detectors find, and calls whose cost it can't know. */
public enum WarningType {
  BUDGET_EXCEEDED,
  RETRY_LOOP,
  CONTEXT_BLOAT,
  TOKEN_ACCELERATION,
  TOOL_AMPLIFICATION,
  VELOCITY,
  /** A call whose usage nobody reported: its cost is not known. */
  CALL_WITHOUT_USAGE;

  /** Its name in the API: {@code budget_exceeded}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
