package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of operator, ECS, workers and scheduler. {@code -Dkvsinfer.histories=N} runs
 * more of them, {@code -Dkvsinfer.seed=S} begins with another one.
 */
final class ControlPlaneModelTest {
  private static final long HISTORIES = Long.getLong("kvsinfer.histories", 2500);
  private static final long SEED = Long.getLong("kvsinfer.seed", 1);

  @Test
  void through_any_history_one_worker_publishes_and_every_wanted_camera_is_watched_again() {
    List<String> faults =
        LongStream.range(SEED, SEED + HISTORIES)
            .boxed()
            .flatMap(seed ->
                new ControlPlaneHistory(seed).run().stream().map(f -> "seed " + seed + ": " + f))
            .limit(20)
            .toList();
    assertThat(faults).as(HISTORIES + " histories from seed " + SEED).isEmpty();
  }
}
