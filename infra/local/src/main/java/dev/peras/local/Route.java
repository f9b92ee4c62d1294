package dev.peras.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One route of the HTTP API, matched as API Gateway matches.
 *
 * <p>Segments are literal, {@code {one_segment}} or, at the end, {@code {the_rest+}}.
 *
 * @param method a method or {@code ANY}
 * @param segments of the path; none for the {@code $default} route
 */
record Route(String method, String path, List<String> segments, String function) {
  static final String DEFAULT = "$default";

  static Route of(String method, String path, String function) {
    List<String> segments = path.equals(DEFAULT) ? List.of() : List.of(path.split("/", -1));
    return new Route(method, path, segments, function);
  }

  /** As it appears in events. */
  String key() {
    return isDefault() ? DEFAULT : method + " " + path;
  }

  private boolean isDefault() {
    return path.equals(DEFAULT);
  }

  /**
   * A request's route.
   *
   * @param parameters the path's, decoded
   */
  record Match(Route route, Map<String, String> parameters) {}

  /**
   * The most specific route that takes the request; null when there is not even a default one.
   *
   * @param rawPath still percent-encoded, so that an encoded slash does not end a segment
   */
  static @Nullable Match match(List<Route> routes, String method, String rawPath) {
    Match best = null;
    for (Route route : routes) {
      Map<String, String> parameters = route.parameters(method, rawPath);
      if (parameters != null && (best == null || route.rank().compareTo(best.route().rank()) > 0)) {
        best = new Match(route, parameters);
      }
    }
    return best;
  }

  /** Compares by segment from the left: a literal, then a parameter, then the rest, then ANY. */
  private String rank() {
    if (isDefault()) {
      return "";
    }
    var rank = new StringBuilder();
    for (String segment : segments) {
      rank.append(!isParameter(segment) ? '3' : isGreedy(segment) ? '1' : '2');
    }
    return rank.append(method.equals("ANY") ? '0' : '1').toString();
  }

  private @Nullable Map<String, String> parameters(String method, String rawPath) {
    if (isDefault()) {
      return Map.of();
    }
    if (!this.method.equals("ANY") && !this.method.equals(method)) {
      return null;
    }
    var parameters = new LinkedHashMap<String, String>();
    String[] actual = rawPath.split("/", isGreedy(segments.getLast()) ? segments.size() : -1);
    if (actual.length != segments.size()) {
      return null;
    }
    for (int i = 0; i < actual.length; i++) {
      String segment = segments.get(i);
      if (!isParameter(segment)) {
        if (!segment.equals(Percent.decode(actual[i]))) {
          return null;
        }
      } else if (actual[i].isEmpty()) {
        return null;
      } else {
        int end = segment.length() - (isGreedy(segment) ? 2 : 1);
        parameters.put(segment.substring(1, end), Percent.decode(actual[i]));
      }
    }
    return parameters;
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  private static boolean isGreedy(String segment) {
    return segment.endsWith("+}");
  }
}
