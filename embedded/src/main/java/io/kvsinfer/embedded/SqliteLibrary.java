package io.kvsinfer.embedded;

import com.almworks.sqlite4java.SQLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the native SQLite library of DynamoDB Local. The library looks beside its own jar; that is
 * right where all jars lie in one folder, but in a local Maven repository each artifact has a
 * folder of its own.
 */
final class SqliteLibrary {
  private static final String PROPERTY = "sqlite4java.library.path";

  private SqliteLibrary() {}

  /** Sets the library path unless someone else did or the library lies beside the jar. */
  static void locate() {
    if (System.getProperty(PROPERTY) == null) {
      folder().ifPresent(f -> System.setProperty(PROPERTY, f.toString()));
    }
  }

  private static Optional<Path> folder() {
    CodeSource source = SQLite.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      Path jar = Path.of(source.getLocation().toURI());
      Path group = jar.resolve("../../..").normalize();
      Path artifact = group.resolve(artifactName());
      return Files.isDirectory(artifact) ? newest(artifact) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for the SQLite library", e);
    }
  }

  private static Optional<Path> newest(Path artifact) throws IOException {
    try (Stream<Path> versions = Files.list(artifact)) {
      return versions.filter(Files::isDirectory).max(Comparator.naturalOrder());
    }
  }

  private static String artifactName() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (os.startsWith("mac")) {
      return "libsqlite4java-osx";
    }
    return os.startsWith("windows") ? "sqlite4java-win32-x64" : "libsqlite4java-linux-amd64";
  }
}
