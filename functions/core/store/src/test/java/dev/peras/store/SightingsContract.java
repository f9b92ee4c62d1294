package dev.peras.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.engine.sessions.Session;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What sightings promise, and sessions that open for usage that has happened. */
abstract class SightingsContract extends OnEveryTable {
  private static Sighting seen(String key, String event) {
    return new Sighting(key, "s", event, "scope", "span");
  }

  @Test
  void the_first_to_see_a_call_decides_where_it_counts() {
    Sighting first = seen("call:a", "a");
    assertThat(store.sightings().first("*", List.of(first)))
        .containsExactly(Map.entry("call:a", first));

    Sighting second = new Sighting("call:a", "other", "b", "log", "");
    assertThat(store.sightings().first("*", List.of(second)))
        .containsExactly(Map.entry("call:a", first));
  }

  @Test
  void one_scope_takes_nothing_from_another() {
    store.sightings().first("acme", List.of(seen("call:a", "a")));

    Sighting ours = seen("call:a", "b");
    assertThat(store.sightings().first("other", List.of(ours))).containsValue(ours);
  }

  @Test
  void many_are_noted_at_once_some_of_them_seen_before() {
    List<Sighting> odd =
        IntStream.range(0, 250)
            .filter(i -> i % 2 == 1)
            .mapToObj(i -> seen("call:" + i, "first" + i))
            .toList();
    store.sightings().first("*", odd);

    Map<String, Sighting> all =
        store
            .sightings()
            .first(
                "*",
                IntStream.range(0, 250).mapToObj(i -> seen("call:" + i, "again" + i)).toList());
    assertThat(all).hasSize(250);
    assertThat(all)
        .containsEntry("call:7", seen("call:7", "first7"))
        .containsEntry("call:8", seen("call:8", "again8"));
  }

  @Test
  void a_key_that_comes_twice_is_one_sighting() {
    Sighting first = seen("call:a", "a");
    assertThat(store.sightings().first("*", List.of(first, seen("call:a", "b"))))
        .containsExactly(Map.entry("call:a", first));
  }

  @Test
  void a_capped_customer_may_not_start_but_what_it_spent_is_recorded() {
    store.customers().put("acme", TestStore.limits("0"));
    Session opened = store.sessions().open(TestStore.start("gone", "acme"));
    assertThat(opened.terms().customerId()).isEqualTo("acme");
    assertThat(store.sessions().record("gone", List.of(TestStore.event("e", 10))).events())
        .hasSize(1);
  }

  @Test
  void opening_what_is_open_leaves_it_as_it_is() {
    store.sessions().start(TestStore.start("s", "acme", "5"));
    Session opened = store.sessions().open(TestStore.start("s", "other"));
    assertThat(opened.terms().customerId()).isEqualTo("acme");
    assertThat(store.sessions().lastSeen("s")).isNotNull();
    assertThat(store.sessions().lastSeen("never")).isNull();
  }
}
