package io.kvsinfer.local;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.kvsinfer.testkit.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses LOCAL = Architecture.classesOf("io.kvsinfer.local");

  @Test
  void packages_do_not_need_each_other_in_a_circle() {
    Architecture.noPackageCycles().check(LOCAL);
  }

  @Test
  void nobody_here_touches_ffmpeg() {
    Architecture.onlyIn(List.of("io.kvsinfer.media.decode.."), "org.bytedeco..").check(LOCAL);
  }

  @Test
  void worker_and_functions_are_run_as_they_are_packaged() {
    Architecture.nothingIn(
            List.of("io.kvsinfer.local.."), "io.kvsinfer.worker..", "io.kvsinfer.functions..")
        .check(LOCAL);
  }
}
