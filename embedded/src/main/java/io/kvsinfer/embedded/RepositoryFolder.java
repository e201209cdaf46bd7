package io.kvsinfer.embedded;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what lies in the checkout: below {@code -Dkvsinfer.home} (the launcher) or {@code
 * -Dkvsinfer.repository} (the tests), else below a folder above this class's jar or above the
 * working directory.
 */
final class RepositoryFolder {
  private RepositoryFolder() {}

  /**
   * The path below the checkout.
   *
   * @throws EmbeddedServiceException naming where it looked
   */
  static Path require(String relative) {
    List<Path> starts = starts();
    for (Path start : starts) {
      for (Path folder = start; folder != null; folder = folder.getParent()) {
        Path found = folder.resolve(relative);
        if (Files.exists(found)) {
          return found;
        }
      }
    }
    throw new EmbeddedServiceException(
        relative
            + " is not there (looked above "
            + starts
            + "); build the project with Maven first");
  }

  private static List<Path> starts() {
    List<Path> starts = new ArrayList<>();
    addGiven(starts, System.getProperty("kvsinfer.home"));
    addGiven(starts, System.getProperty("kvsinfer.repository"));
    CodeSource source = RepositoryFolder.class.getProtectionDomain().getCodeSource();
    if (source != null) {
      try {
        starts.add(Path.of(source.getLocation().toURI()));
      } catch (URISyntaxException e) {
        throw new EmbeddedServiceException("unreadable location " + source.getLocation(), e);
      }
    }
    starts.add(Path.of("").toAbsolutePath());
    return starts;
  }

  private static void addGiven(List<Path> starts, @Nullable String path) {
    if (path != null) {
      starts.add(Path.of(path).toAbsolutePath());
    }
  }
}
