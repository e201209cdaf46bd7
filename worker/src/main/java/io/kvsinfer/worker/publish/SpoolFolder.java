package io.kvsinfer.worker.publish;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes names in a folder last. */
final class SpoolFolder {
  private SpoolFolder() {}

  /** Forces the folder of {@code file}, so that a file made or renamed in it is found again. */
  static void sync(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " lies in no folder");
    }
    // A channel closes itself when its thread is interrupted.
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
