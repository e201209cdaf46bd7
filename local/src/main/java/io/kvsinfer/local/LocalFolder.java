package io.kvsinfer.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder everything of one run is in. One run at a time uses it; a new run empties it. */
final class LocalFolder implements AutoCloseable {
  private static final List<String> OWN =
      List.of("s3", "logs", "state", "journal", "environment", "alerts.jsonl");

  private final Path root;
  private final FileChannel lockFile;

  private LocalFolder(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * Takes the folder and removes what an earlier run left there.
   *
   * @throws IOException when another run uses it, or it cannot be written, saying which
   */
  static LocalFolder take(Path root) throws IOException {
    try {
      return taken(root);
    } catch (FileSystemException e) {
      throw new IOException(
          "cannot use the folder %s (%s): give one that can be written with --dir"
              .formatted(root, reason(e)),
          e);
    }
  }

  private static String reason(FileSystemException e) {
    String reason = e instanceof AccessDeniedException ? "permission denied" : e.getReason();
    return e.getFile() + ": " + (reason == null ? e.getClass().getSimpleName() : reason);
  }

  private static LocalFolder taken(Path root) throws IOException {
    Files.createDirectories(root);
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(channel)) {
      channel.close();
      throw new IOException(
          "another kvs-infer local uses %s: end it, or give this one a folder with --dir"
              .formatted(root));
    }
    for (String name : OWN) {
      delete(root.resolve(name));
    }
    Files.createDirectories(root.resolve("s3"));
    Files.createDirectories(root.resolve("logs"));
    Files.createDirectories(root.resolve("state"));
    return new LocalFolder(root, channel);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  Path root() {
    return root;
  }

  Path s3() {
    return root.resolve("s3");
  }

  Path logs() {
    return root.resolve("logs");
  }

  /** Spools of the workers. */
  Path state() {
    return root.resolve("state");
  }

  Path journal() {
    return root.resolve("journal");
  }

  Path environment() {
    return root.resolve("environment");
  }

  Path alerts() {
    return root.resolve("alerts.jsonl");
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
