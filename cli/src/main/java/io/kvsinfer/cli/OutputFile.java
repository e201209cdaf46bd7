package io.kvsinfer.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that commands leave for the operator. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Writes a file.
   *
   * @throws IOException naming the file, also where the JDK does not: a disk that gets full
   *     meanwhile
   */
  static void write(Path file, byte[] bytes) throws IOException {
    try {
      Files.write(file, bytes);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
