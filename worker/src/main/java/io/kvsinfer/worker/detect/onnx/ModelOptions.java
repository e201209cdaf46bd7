package io.kvsinfer.worker.detect.onnx;

import io.kvsinfer.worker.detect.manifest.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Where models are found, how many cores they take, and how long they wait for each other.
 *
 * @param folder holds {@code manifest.json} and its files
 * @param named further files by name; one named like a detector type is that type's default
 * @param intraOpThreads threads of one run on the CPU, at least 1
 * @param parallelRuns runs under way at once in the whole process, at least 1
 * @param batchWait how long a run on a GPU waits for the pictures of other cameras; on the CPU,
 *     where several pictures take several times as long, nothing waits
 * @param batchOnCpu batches there too, for tests
 */
public record ModelOptions(
    Path folder,
    Map<String, Path> named,
    int intraOpThreads,
    int parallelRuns,
    Duration batchWait,
    boolean batchOnCpu) {
  /** More threads make one run hardly faster, and all of them slower. */
  private static final int MOST_THREADS = 4;

  private static final Duration BATCH_WAIT = Duration.ofMillis(5);

  public ModelOptions {
    named = Map.copyOf(named);
    if (intraOpThreads < 1 || parallelRuns < 1) {
      throw new IllegalArgumentException(
          "intraOpThreads %d and parallelRuns %d must be at least 1"
              .formatted(intraOpThreads, parallelRuns));
    }
  }

  /** Sized to this machine, with the installation's models. */
  public static ModelOptions defaults() {
    return sizedTo(Runtime.getRuntime().availableProcessors());
  }

  /** Threads of one run by runs at once come to the number of cores. */
  static ModelOptions sizedTo(int cores) {
    int threads = Math.clamp(cores / 2, 1, MOST_THREADS);
    return new ModelOptions(
        Manifest.defaultFolder(),
        Map.of(),
        threads,
        Math.max(1, cores / threads),
        BATCH_WAIT,
        false);
  }

  /** With the models of another folder. */
  public ModelOptions withFolder(Path other) {
    return new ModelOptions(other, named, intraOpThreads, parallelRuns, batchWait, batchOnCpu);
  }

  /** With these further files. */
  public ModelOptions withNamed(Map<String, Path> others) {
    return new ModelOptions(folder, others, intraOpThreads, parallelRuns, batchWait, batchOnCpu);
  }

  /** With so many threads for one run. */
  public ModelOptions withIntraOpThreads(int threads) {
    return new ModelOptions(folder, named, threads, parallelRuns, batchWait, batchOnCpu);
  }

  /** With batches on the CPU as on a GPU, for tests. */
  ModelOptions withBatchesOnCpu(Duration wait) {
    return new ModelOptions(folder, named, intraOpThreads, parallelRuns, wait, true);
  }
}
