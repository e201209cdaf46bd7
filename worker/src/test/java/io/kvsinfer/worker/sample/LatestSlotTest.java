package io.kvsinfer.worker.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LatestSlotTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private record Sample(int number, AtomicInteger open) implements AutoCloseable {
    Sample {
      open.incrementAndGet();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private final AtomicInteger open = new AtomicInteger();
  private final LatestSlot<Sample> slot = new LatestSlot<>();

  @Test
  void live_a_newer_sample_replaces_one_that_waits_and_closes_it() throws Exception {
    assertThat(slot.offer(new Sample(1, open))).isFalse();
    assertThat(slot.offer(new Sample(2, open))).isTrue();
    assertThat(slot.replaced()).isOne();
    assertThat(open).hasValue(1);
    try (Sample taken = slot.take()) {
      assertThat(taken).extracting(Sample::number).isEqualTo(2);
    }
    assertThat(open).hasValue(0);
  }

  @Test
  void when_nothing_may_be_dropped_the_reader_waits_and_order_is_kept() throws Exception {
    CompletableFuture<List<Integer>> taken = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            List<Integer> numbers = new ArrayList<>();
            for (Sample s = slot.take(); s != null; s = slot.take()) {
              numbers.add(s.number());
              s.close();
            }
            taken.complete(numbers);
          } catch (InterruptedException e) {
            taken.completeExceptionally(e);
          }
        });
    for (int i = 0; i < 100; i++) {
      assertThat(slot.put(new Sample(i, open))).isTrue();
    }
    slot.close();
    Eventually.until("all taken", SOON, taken::isDone);
    assertThat(taken.join()).hasSize(100).isSorted();
    assertThat(slot.replaced()).isZero();
    assertThat(open).hasValue(0);
  }

  @Test
  void closing_ends_both_sides_and_leaves_nothing_open() throws Exception {
    assertThat(slot.put(new Sample(1, open))).isTrue();
    slot.close();
    try (Sample left = slot.take()) {
      assertThat(left).isNotNull();
    }
    assertThat(slot.take()).isNull();
    assertThat(slot.put(new Sample(2, open))).isFalse();
    assertThat(slot.offer(new Sample(3, open))).isTrue();
    assertThat(open).hasValue(0);
  }
}
