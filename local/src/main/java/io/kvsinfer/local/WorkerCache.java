package io.kvsinfer.local;

import io.kvsinfer.embedded.ChildProcess;
import io.kvsinfer.embedded.EmbeddedServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AOT cache (JEP 514) that worker processes of this checkout start with: a file in {@code
 * .kvs-infer}, made once after a build by a rehearsal of the worker that is packaged. Without one,
 * or with one that does not fit, they start all the same.
 *
 * <p>JDK 25.0.3 does not look whether the jars are those that such a cache was made of, and would
 * run the classes of before: so a file beside it says what they were.
 */
final class WorkerCache {
  private static final Logger log = LoggerFactory.getLogger(WorkerCache.class);

  private final Programs programs;
  private final Path file;
  private final Path madeOf;

  WorkerCache(Programs programs) {
    this.programs = programs;
    this.file = programs.home().resolve(".kvs-infer/worker.aot");
    this.madeOf = file.resolveSibling("worker.aot.made-of");
  }

  /** The cache, where there is one that was made of these jars and this JDK. */
  Optional<Path> fitting() {
    try {
      return Files.exists(file) && Files.exists(madeOf) && Files.readString(madeOf).equals(parts())
          ? Optional.of(file)
          : Optional.empty();
    } catch (IOException | UncheckedIOException e) {
      // A build may be replacing jars at this moment.
      return Optional.empty();
    }
  }

  /** The JDK and every jar, with sizes and times. */
  private String parts() throws IOException {
    try (Stream<Path> jars = Files.list(programs.worker().resolveSibling("lib"))) {
      return Stream.concat(jars.sorted(), Stream.of(programs.worker(), programs.java()))
          .map(WorkerCache::part)
          .collect(Collectors.joining());
    }
  }

  private static String part(Path file) {
    try {
      Path real = file.toRealPath();
      return "%s %d %s\n".formatted(real, Files.size(real), Files.getLastModifiedTime(real));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins to make one where none fits, as the least urgent process of this machine, which does not
   * outlive this one. Nothing happens where another process makes it already.
   *
   * @param logs folder for what the rehearsal says
   * @return the process that makes it
   */
  Optional<ChildProcess> makeInBackground(Path logs) {
    if (fitting().isPresent()) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(file.getParent());
      FileChannel channel =
          FileChannel.open(
              file.resolveSibling("worker.aot.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      Optional<FileLock> lock = lock(channel);
      if (lock.isEmpty()) {
        channel.close();
        return Optional.empty();
      }
      try {
        return Optional.of(rehearsal(channel, logs));
      } catch (IOException | RuntimeException e) {
        channel.close(); // which gives the lock back
        throw e;
      }
    } catch (IOException | UncheckedIOException | EmbeddedServiceException e) {
      log.warn("no cache for workers: {}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<FileLock> lock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException heldByThisProcess) {
      return Optional.empty();
    }
  }

  private ChildProcess rehearsal(FileChannel lock, Path logs) throws IOException {
    Path part = file.resolveSibling("worker.aot.part");
    // What a killed one left.
    Files.deleteIfExists(part);
    Files.deleteIfExists(file.resolveSibling("worker.aot.part.config"));
    String parts = parts();
    List<String> command = new ArrayList<>(List.of("/usr/bin/env", "nice", "-n", "19"));
    command.add(programs.java().toString());
    command.addAll(programs.workerOptions());
    command.add("-XX:AOTCacheOutput=" + part);
    command.addAll(
        List.of("-cp", programs.worker().toString(), "io.kvsinfer.worker.app.Rehearsal"));
    ChildProcess rehearsal =
        ChildProcess.start(
            "rehearsal",
            command,
            Map.of("ORT_DISABLE_TELEMETRY", "1"),
            logs.resolve("rehearsal.log"));
    var _ =
        rehearsal
            .onExit()
            .thenAccept(code -> {
              try (lock) {
                keep(code, part, parts);
              } catch (IOException | UncheckedIOException e) {
                log.warn("the cache for workers was not kept: {}", e.toString());
              }
            });
    return rehearsal;
  }

  private void keep(int code, Path part, String parts) throws IOException {
    if (code == 0 && Files.exists(part) && parts.equals(parts())) {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(madeOf, parts);
      log.info("workers begin with {} from now on", file);
    } else {
      Files.deleteIfExists(part);
      log.info("the rehearsal of a worker ended with {}: no cache yet", code);
    }
  }
}
