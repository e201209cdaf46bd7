package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.MediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lives the first seconds of a worker and drains it, so that the JVM can note which classes that
 * takes ({@code -XX:AOTCacheOutput}): what builds an image runs it once, and so does {@code
 * kvs-infer local}. All of AWS is {@link RehearsalServices}; nothing outside is called. Exit code 0
 * when every camera had a frame looked at.
 */
public final class Rehearsal {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Duration STEP = Duration.ofMillis(50);

  private Rehearsal() {}

  public static void main(String[] arguments)
      throws IOException, MediaException, InterruptedException {
    Path state = Files.createTempDirectory("kvs-infer-rehearsal");
    RehearsalServices services = RehearsalServices.start();
    services.properties().forEach(System::setProperty);
    String models = System.getenv("KVS_INFER_MODELS");
    Map<String, String> environment = environment(state, models == null ? null : Path.of(models));
    Thread worker =
        Thread.ofPlatform()
            .daemon()
            .name("worker")
            .start(() -> WorkerMain.run(List.of(), environment));
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!services.allRun()) {
      if (!worker.isAlive() || System.nanoTime() - deadline > 0) {
        Runtime.getRuntime().halt(Worker.FAILED);
      }
      Thread.sleep(STEP);
    }
    // The worker's own shutdown hook drains it, as on SIGTERM.
    System.exit(0);
  }

  /**
   * The environment of a worker that has the cameras of the rehearsal.
   *
   * @param state folder for spools
   * @param models folder with models; null = where a worker looks for them
   */
  static Map<String, String> environment(Path state, @Nullable Path models) {
    Map<String, String> environment = new TreeMap<>();
    if (models != null) {
      environment.put("KVS_INFER_MODELS", models.toString());
    }
    environment.put("KVS_INFER_CAMERAS", String.join(",", RehearsalServices.CAMERAS.keySet()));
    environment.put("KVS_INFER_LAUNCH", RehearsalServices.LAUNCH);
    environment.put("KVS_INFER_CAMERAS_TABLE", RehearsalServices.CAMERAS_TABLE);
    environment.put("KVS_INFER_STATE_TABLE", "state");
    environment.put("KVS_INFER_EVENTS_STREAM", "events");
    environment.put("KVS_INFER_MEDIA_BUCKET", "media");
    environment.put("KVS_INFER_STATE", state.toString());
    environment.put("KVS_INFER_PORT", "0");
    return environment;
  }
}
