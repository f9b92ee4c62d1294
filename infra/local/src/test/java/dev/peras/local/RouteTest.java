package dev.peras.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
  private static final List<Route> ROUTES = Template.load().routes();

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/sessions, StartSessionFunction",
    "GET, /v1/sessions, ReadSessionsFunction",
    "GET, /v1/sessions/s-1, ReadSessionsFunction",
    "GET, /v1/sessions/s-1/usage, ReadSessionsFunction",
    "POST, /v1/sessions/s-1/usage, RecordUsageFunction",
    "POST, /v1/sessions/s-1/end, EndSessionFunction",
    "PUT, /v1/customers/acme, CustomersFunction",
    "GET, /v1/customers/acme, CustomersFunction",
    "GET, /v1/prices, PricesFunction",
    "PUT, /v1/prices/gpt-4o, PricesFunction",
    "GET, /v1/prices/a/b/c, PricesFunction",
    "DELETE, /v1/prices/a/b, PricesFunction",
  })
  void the_template_serves_the_contract(String method, String path, String function) {
    Route.Match match = match(ROUTES, method, path);
    assertThat(match.route().function()).isEqualTo(function);
    assertThat(match.route().key()).startsWith(method);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/sessions",
    "HEAD, /v1/sessions",
    "GET, /",
    "GET, /v1/sessions/",
    "GET, /v1/sessions//usage",
    "GET, /v1/prices/",
    "GET, /v1/sessions/s-1/usage/2",
    "post, /v1/sessions",
  })
  void what_no_route_takes_goes_to_the_default_route(String method, String path) {
    Route.Match match = match(ROUTES, method, path);
    assertThat(match.route().key()).isEqualTo("$default");
    assertThat(match.parameters()).isEmpty();
  }

  @Test
  void parameters_are_decoded_after_the_path_is_split() {
    assertThat(parameters("GET", "/v1/sessions/a%2Fb+c%20%C3%A9"))
        .isEqualTo(Map.of("session_id", "a/b+c é"));
    assertThat(parameters("GET", "/v1/prices/openai/gpt%2D4o%2Fmini"))
        .isEqualTo(Map.of("model", "openai/gpt-4o/mini"));
  }

  @Test
  void the_most_specific_route_wins_whatever_the_order() {
    List<Route> routes =
        List.of(
            Route.of("ANY", "$default", "Default"),
            Route.of("ANY", "/{rest+}", "Rest"),
            Route.of("GET", "/{one}/b", "Parameter"),
            Route.of("ANY", "/a/b", "AnyLiteral"),
            Route.of("GET", "/a/b", "Literal"));
    assertThat(function(routes, "GET", "/a/b")).isEqualTo("Literal");
    assertThat(function(routes, "PUT", "/a/b")).isEqualTo("AnyLiteral");
    assertThat(function(routes, "GET", "/x/b")).isEqualTo("Parameter");
    assertThat(function(routes, "GET", "/x/y/z")).isEqualTo("Rest");
    assertThat(function(routes, "GET", "/")).isEqualTo("Default");
  }

  private static Map<String, String> parameters(String method, String path) {
    Route.Match match = match(ROUTES, method, path);
    return match.parameters();
  }

  private static String function(List<Route> routes, String method, String path) {
    Route.Match match = match(routes, method, path);
    return match.route().function();
  }

  private static Route.Match match(List<Route> routes, String method, String path) {
    return Objects.requireNonNull(Route.match(routes, method, path));
  }
}
