package io.kvsinfer.worker.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own detector, in a jar that this project knows nothing of. */
final class DetectorJarTest {
  private static final String SERVICE =
      "META-INF/services/io.kvsinfer.worker.detect.DetectorFactory";

  private static final String SOURCE =
      """
      package of.somebody;

      import io.kvsinfer.contract.settings.DetectorSettings;
      import io.kvsinfer.worker.detect.Detector;
      import io.kvsinfer.worker.detect.DetectorContext;
      import io.kvsinfer.worker.detect.DetectorFactory;
      import io.kvsinfer.worker.detect.ParamReader;
      import java.util.Set;

      public final class CrowdFactory implements DetectorFactory {
        @Override
        public Set<String> types() {
          return Set.of("crowd");
        }

        @Override
        public Detector create(DetectorSettings settings, DetectorContext context) {
          int people = new ParamReader(settings.params()).whole("people", 10, 2, 1000);
          throw new IllegalStateException("asked for " + people);
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void a_jar_on_the_class_path_adds_its_type() throws Exception {
    Path jar = jar("of.somebody.CrowdFactory");
    try (URLClassLoader loader = loader(jar)) {
      Detectors detectors = load(loader);
      assertThat(detectors.types()).contains("crowd", "weapon");
      // Whatever it throws is a refusal that names it, not a fault of the camera.
      assertThatThrownBy(() -> detectors.create(settings(Map.of("people", 20L)), context()))
          .isInstanceOf(DetectorRefusedException.class)
          .hasMessageContaining("detector crowd: of.somebody.CrowdFactory made none")
          .hasMessageContaining("asked for 20");
      assertThatThrownBy(() -> detectors.create(settings(Map.of("people", 1L)), context()))
          .isInstanceOf(DetectorRefusedException.class)
          .hasMessageContaining("params.people = 1: must be a number from 2 to 1000");
    }
  }

  @Test
  void a_jar_that_names_a_class_it_lacks_is_told() throws Exception {
    try (URLClassLoader loader = loader(jar("of.somebody.Absent"))) {
      assertThatThrownBy(() -> load(loader))
          .isInstanceOf(DetectorRefusedException.class)
          .hasMessageContaining("of.somebody.Absent");
    }
  }

  private static Detectors load(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return Detectors.load();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URLClassLoader loader(Path jar) throws IOException {
    return new URLClassLoader(
        new URL[] {jar.toUri().toURL()}, DetectorJarTest.class.getClassLoader());
  }

  private Path jar(String factory) throws IOException {
    Path source = Files.writeString(folder.resolve("CrowdFactory.java"), SOURCE);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", path, "-d", classes.toString(), source.toString());
    assertThat(failed).isZero();
    Path jar = folder.resolve("detector.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("of/somebody/CrowdFactory.class"));
      entries.write(Files.readAllBytes(classes.resolve("of/somebody/CrowdFactory.class")));
      entries.putNextEntry(new JarEntry(SERVICE));
      entries.write(factory.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static DetectorContext context() {
    return new DetectorContext(new NoModels(), "cpu");
  }

  private static DetectorSettings settings(Map<String, Object> params) {
    return new DetectorSettings(
        "crowd",
        "crowd",
        true,
        null,
        ConfidenceThreshold.unset(),
        List.of(),
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        60,
        params);
  }
}
