package dev.peras.recordusage;

/**
 * A count that a provider reports.
 *
 * @param path where in the usage object: {@code outer/inner} is a field of an object inside
 */
record Count(String path, long value) {
  /** The field as faults call it. */
  String field() {
    return path.replace('/', '.');
  }
}
