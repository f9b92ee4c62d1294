package dev.peras.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peras.http.Call;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestFuzzTest {
  @Test
  void the_same_seed_makes_the_same_requests() {
    RequestFuzz one = new RequestFuzz(1, FuzzRun.GUARDED, FuzzRun.SCRATCH);
    RequestFuzz two = new RequestFuzz(1, FuzzRun.GUARDED, FuzzRun.SCRATCH);

    for (int i = 0; i < 500; i++) {
      RequestFuzz.Sample sample = one.next();
      RequestFuzz.Sample same = two.next();
      assertThat(same.path()).isEqualTo(sample.path());
      assertThat(same.body()).isEqualTo(sample.body());
    }
  }

  @Test
  void most_requests_must_fail_and_every_call_is_made() {
    RequestFuzz fuzz = new RequestFuzz(2, FuzzRun.GUARDED, FuzzRun.SCRATCH);

    Map<Call, Long> failing =
        Stream.generate(fuzz::next)
            .limit(2000)
            .filter(RequestFuzz.Sample::mustFail)
            .collect(Collectors.groupingBy(RequestFuzz.Sample::call, Collectors.counting()));

    assertThat(failing.keySet()).containsExactlyInAnyOrderElementsOf(RequestFuzz.CALLS);
    assertThat(failing.values().stream().mapToLong(Long::longValue).sum()).isGreaterThan(1200);
  }
}
