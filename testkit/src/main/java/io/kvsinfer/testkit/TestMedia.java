package io.kvsinfer.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Real captures, videos and models that are not part of the repository. They lie in the folder
 * {@code KVS_INFER_MEDIA} names, else in {@code ../shared/data} beside the checkout.
 */
public final class TestMedia {
  private TestMedia() {}

  /**
   * A file of that folder; where it is absent the calling test is skipped with a message that
   * {@code .ci/run} looks for.
   */
  public static Path require(String name) {
    Path file = folder().resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), () -> "needs KVS_INFER_MEDIA or ../shared/data with " + name);
    return file;
  }

  /** Root of the checkout. */
  public static Path repository() {
    String given = System.getProperty("kvsinfer.repository");
    Path start = given != null ? Path.of(given) : Path.of("").toAbsolutePath();
    for (Path p = start; p != null; p = p.getParent()) {
      if (Files.exists(p.resolve("kvs-infer")) || Files.exists(p.resolve(".git"))) {
        return p;
      }
    }
    return start;
  }

  private static Path folder() {
    String given = System.getenv("KVS_INFER_MEDIA");
    return given != null ? Path.of(given) : repository().resolve("../shared/data").normalize();
  }
}
