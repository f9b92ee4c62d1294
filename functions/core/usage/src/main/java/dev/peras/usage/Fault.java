package dev.peras.usage;

/** What is wrong with one field of a usage object. */
record Fault(String field, String message) {}
