package dev.peras.ingestotlp;

import dev.peras.engine.usage.Hash;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names that others have chosen, as ids of Peras: the same name is always the same id. */
final class Ids {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");
  private static final Pattern INVALID_CHARACTER = Pattern.compile("[^A-Za-z0-9._:@-]");
  private static final int READABLE = 80;

  private Ids() {}

  /** The name itself where it can be one; else what can be kept of it, and a hash of all of it. */
  static String of(String name) {
    if (VALID.matcher(name).matches()) {
      return name;
    }
    String start = name.substring(0, Math.min(READABLE, name.length()));
    return INVALID_CHARACTER.matcher(start).replaceAll("_") + ":" + hash(name);
  }

  static String hash(String content) {
    return HexFormat.of().formatHex(Hash.of(content).toBytes());
  }
}
