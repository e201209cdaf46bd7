package io.kvsinfer.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What is left of a batch is tried again while there is time, from the first record that failed.
 */
final class HeldBatchTest {
  private static final List<String> BATCH = List.of("1", "2", "3", "4");

  private final List<List<String>> tries = new ArrayList<>();

  @Test
  void a_batch_that_is_done_is_tried_once() {
    assertThat(held(List.of()).take(BATCH, () -> true)).isEmpty();
    assertThat(tries).containsExactly(BATCH);
  }

  @Test
  void what_is_left_is_tried_again_from_the_first_that_failed() {
    assertThat(held(List.of("1", "3", "3")).take(BATCH, () -> true)).isEmpty();
    assertThat(tries).containsExactly(BATCH, BATCH, List.of("3", "4"), List.of("3", "4"));
  }

  @Test
  void without_time_for_more_what_is_left_is_given_back() {
    AtomicInteger looks = new AtomicInteger();
    // Asked before and after each wait: there is time for one more.
    assertThat(held(List.of("2", "4", "4", "4")).take(BATCH, () -> looks.incrementAndGet() <= 2))
        .contains("4");
    assertThat(tries).containsExactly(BATCH, List.of("2", "3", "4"));
  }

  @Test
  void tries_are_no_closer_than_a_quarter_of_a_second() {
    long begun = System.nanoTime();
    held(List.of("1", "1")).take(BATCH, () -> true);
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(750_000_000L);
  }

  /** A batch whose first tries fail at these records. */
  private HeldBatch<String> held(List<String> failures) {
    return new HeldBatch<>(
        number -> number,
        (records, mayBegin) -> {
          tries.add(List.copyOf(records));
          return tries.size() > failures.size()
              ? Optional.empty()
              : Optional.of(failures.get(tries.size() - 1));
        });
  }
}
