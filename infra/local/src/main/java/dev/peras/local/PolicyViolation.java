package dev.peras.local;

import java.io.Serial;

/** Thrown where a function asks of the table what its policy does not allow. */
final class PolicyViolation extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  PolicyViolation(String function, Template.Permission needed) {
    super(
        "%s may not %s on %s: its policy in template.yaml does not allow it"
            .formatted(function, needed.action(), needed.resource()));
  }
}
