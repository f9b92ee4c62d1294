package dev.peras.store.simulation;

/**
 * How often what goes wrong, in per cent of the calls of the table. Never 0 in a run.
 *
 * @param busy the table is busy, and nothing happens
 * @param lost the answer is lost after it happened
 * @param crash the agent dies, before or after
 */
record Faults(double busy, double lost, double crash) {
  static final Faults NONE = new Faults(0, 0, 0);

  /** An agent's death. An error, so that nothing under test catches it. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("the process died", null, false, false);
    }
  }
}
