package io.kvsinfer.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged programs that this command starts.
 *
 * @param home root of the checkout
 * @param java the {@code java} program they run on
 * @param worker the worker's jar, its libraries beside it
 * @param functions the jar of all functions
 */
record Programs(Path home, Path java, Path worker, Path functions) {

  /**
   * Finds them in the checkout that {@code -Dkvsinfer.home} names.
   *
   * @throws IllegalStateException naming what is missing
   */
  static Programs find() {
    String home = System.getProperty("kvsinfer.home");
    Path root = Path.of(home != null ? home : "").toAbsolutePath().normalize();
    String java = System.getProperty("kvsinfer.java");
    Programs programs =
        new Programs(
            root,
            java != null ? Path.of(java) : Path.of(System.getProperty("java.home"), "bin", "java"),
            root.resolve("worker/target/dist/kvs-infer-worker.jar"),
            root.resolve("functions/target/kvs-infer-functions.jar"));
    for (Path needed : List.of(programs.java, programs.worker, programs.functions)) {
      if (!Files.isRegularFile(needed)) {
        throw new IllegalStateException(
            "%s is missing: start this through ./kvs-infer, which builds it".formatted(needed));
      }
    }
    return programs;
  }

  /** The cache of loaded classes with which workers start sooner. */
  WorkerCache workerCache() {
    return new WorkerCache(this);
  }

  /**
   * Command line of a worker process.
   *
   * @param logs where it leaves word if it crashes
   */
  List<String> workerCommand(Path logs) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(workerOptions());
    workerCache().fitting().ifPresent(cache -> command.add("-XX:AOTCache=" + cache));
    command.add("-XX:ErrorFile=" + logs.resolve("crash-%p.log"));
    command.add("-jar");
    command.add(worker.toString());
    return List.copyOf(command);
  }

  /** Options of a worker's JVM; what warns of a cache that does not fit goes to its log. */
  List<String> workerOptions() {
    return List.of(
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "-Dkvsinfer.home=" + home,
        "-XX:+UseSerialGC",
        "-Xmx512m",
        "-Xlog:disable",
        "-Xlog:all=warning:stderr",
        "-Xlog:aot*=error:stderr");
  }
}
