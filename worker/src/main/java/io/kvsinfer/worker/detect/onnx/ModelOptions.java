package io.kvsinfer.worker.detect.onnx;

import io.kvsinfer.worker.detect.manifest.Manifest;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where models are found and how many cores they take.
 *
 * @param folder holds {@code manifest.json} and its files
 * @param named further files by name; one named like a detector type is that type's default
 * @param intraOpThreads threads of one run, at least 1
 * @param parallelRuns runs under way at once in the whole process, at least 1
 */
public record ModelOptions(
    Path folder, Map<String, Path> named, int intraOpThreads, int parallelRuns) {
  public ModelOptions {
    named = Map.copyOf(named);
    if (intraOpThreads < 1 || parallelRuns < 1) {
      throw new IllegalArgumentException(
          "intraOpThreads %d and parallelRuns %d must be at least 1"
              .formatted(intraOpThreads, parallelRuns));
    }
  }

  /** Half of the cores for one run, as many runs as cores, the installation's models. */
  public static ModelOptions defaults() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ModelOptions(Manifest.defaultFolder(), Map.of(), Math.max(1, cores / 2), cores);
  }

  /** With the models of another folder. */
  public ModelOptions withFolder(Path other) {
    return new ModelOptions(other, named, intraOpThreads, parallelRuns);
  }

  /** With these further files. */
  public ModelOptions withNamed(Map<String, Path> others) {
    return new ModelOptions(folder, others, intraOpThreads, parallelRuns);
  }

  /** With so many threads for one run. */
  public ModelOptions withIntraOpThreads(int threads) {
    return new ModelOptions(folder, named, threads, parallelRuns);
  }
}
