package io.kvsinfer.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.local.scene.SceneRenderer;
import io.kvsinfer.local.scene.Scenes;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Files;
import java.nio.file.Path;

/** The packaged worker and functions of this repository, and the clips they are shown. */
final class Packaged {
  private static final Path ROOT = TestMedia.repository();

  private Packaged() {}

  /** Has {@link Programs#find} find them; skips the test where they were not packaged. */
  static Programs programs() {
    System.setProperty("kvsinfer.home", ROOT.toString());
    assumeTrue(
        Files.exists(ROOT.resolve("worker/target/dist/kvs-infer-worker.jar"))
            && Files.exists(ROOT.resolve("functions/target/kvs-infer-functions.jar")),
        "needs the packaged worker and functions: run mvn verify from the root");
    return Programs.find();
  }

  /** Undoes {@link #programs}. */
  static void forget() {
    System.clearProperty("kvsinfer.home");
  }

  /** The rendered clip of the demo scene with that name. */
  static Path clip(String scene) throws Exception {
    return SceneRenderer.clip(
        Scenes.all().stream().filter(s -> s.name().equals(scene)).findFirst().orElseThrow(),
        ROOT.resolve(".kvs-infer/clips"),
        share -> {});
  }
}
