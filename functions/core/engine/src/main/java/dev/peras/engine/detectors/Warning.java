package dev.peras.engine.detectors;

/** Something about one step that its session's owner should look at. */
public record Warning(WarningType type, long step, Evidence evidence) {}
