package io.kvsinfer.contract.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The files of {@code config/}. */
final class ConfigFiles {
  private ConfigFiles() {}

  static String read(String name) throws IOException {
    String repository = Objects.requireNonNull(System.getProperty("kvsinfer.repository"));
    return Files.readString(Path.of(repository, "config", name));
  }
}
