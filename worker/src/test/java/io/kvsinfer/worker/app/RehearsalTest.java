package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image's cache and that of {@code kvs-infer local} are made of. */
class RehearsalTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private Map<String, String> properties = Map.of();

  @AfterEach
  void forget() {
    properties.keySet().forEach(System::clearProperty);
  }

  @Test
  void a_worker_runs_every_camera_of_a_rehearsal_and_drains() throws Exception {
    try (RehearsalServices services = RehearsalServices.start();
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      properties = services.properties();
      properties.forEach(System::setProperty);
      Worker worker =
          new Worker(
              WorkerOptions.of(
                  List.of(),
                  Rehearsal.environment(folder, TestMedia.repository().resolve("models"))));
      Future<Integer> exit = threads.submit(worker::run);
      Eventually.until("every camera runs", LONG, () -> services.allRun() || exit.isDone());
      assertThat(services.allRun()).isTrue();
      worker.drain();
      assertThat(exit.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Worker.DRAINED);
    }
  }
}
