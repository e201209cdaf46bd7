package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatcherTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final List<List<Integer>> runs = Collections.synchronizedList(new ArrayList<>());
  private final Semaphore device = new Semaphore(1);
  private final Batcher.Turns turns =
      new Batcher.Turns() {
        @Override
        public void take() {
          device.acquireUninterruptibly();
        }

        @Override
        public void giveBack() {
          device.release();
        }
      };

  @Test
  void a_full_batch_runs_at_once_and_each_gets_its_own_answer() throws Exception {
    Batcher<Integer, String> batcher = batcher(LONG);
    batcher.allow(4);
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<String>> answers =
          IntStream.range(0, 8).mapToObj(i -> pool.submit(() -> batcher.run(i))).toList();
      for (int i = 0; i < 8; i++) {
        assertThat(answers.get(i).get()).isEqualTo("answer " + i);
      }
    }
    assertThat(runs).hasSize(2).allMatch(r -> r.size() == 4);
  }

  @Test
  void one_alone_waits_no_longer_than_set() {
    Batcher<Integer, String> batcher = batcher(Duration.ofMillis(1));
    batcher.allow(4);
    assertThat(batcher.run(7)).isEqualTo("answer 7");
    assertThat(runs).containsExactly(List.of(7));
  }

  @Test
  void without_a_wait_only_those_come_together_who_find_the_device_busy() throws Exception {
    Batcher<Integer, String> batcher = batcher(Duration.ZERO);
    batcher.allow(8);
    device.acquire();
    try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
      CountDownLatch begun = new CountDownLatch(3);
      List<Future<String>> answers =
          IntStream.range(0, 3)
              .mapToObj(i ->
                  pool.submit(() -> {
                    begun.countDown();
                    return batcher.run(i);
                  }))
              .toList();
      begun.await();
      Eventually.until(
          "the first waits for its turn", Duration.ofSeconds(60), device::hasQueuedThreads);
      device.release();
      for (int i = 0; i < 3; i++) {
        assertThat(answers.get(i).get()).isEqualTo("answer " + i);
      }
    }
    assertThat(runs.stream().mapToInt(List::size).sum()).isEqualTo(3);
  }

  @Test
  void a_failed_run_fails_those_in_it_and_nobody_else() {
    Batcher<Integer, String> batcher =
        new Batcher<>(
            Duration.ZERO,
            turns,
            inputs -> {
              if (inputs.contains(13)) {
                throw new IllegalArgumentException("no 13");
              }
              return inputs.stream().map(i -> "answer " + i).toList();
            });
    assertThatThrownBy(() -> batcher.run(13))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no 13");
    assertThat(batcher.run(14)).isEqualTo("answer 14");
    assertThat(device.availablePermits()).isEqualTo(1);
  }

  @Test
  void one_is_never_more_than_allowed() throws Exception {
    Batcher<Integer, String> batcher = batcher(Duration.ofMillis(2));
    try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
      List<Future<String>> answers =
          IntStream.range(0, 60).mapToObj(i -> pool.submit(() -> batcher.run(i))).toList();
      for (int i = 0; i < 60; i++) {
        assertThat(answers.get(i).get()).isEqualTo("answer " + i);
      }
    }
    assertThat(runs).hasSize(60);
  }

  private Batcher<Integer, String> batcher(Duration wait) {
    return new Batcher<>(
        wait,
        turns,
        inputs -> {
          runs.add(List.copyOf(inputs));
          return inputs.stream().map(i -> "answer " + i).toList();
        });
  }
}
