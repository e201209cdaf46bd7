package io.kvsinfer.media;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.kvsinfer.testkit.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses MEDIA = Architecture.classesOf("io.kvsinfer.media");

  @Test
  void packages_do_not_need_each_other_in_a_circle() {
    Architecture.noPackageCycles().check(MEDIA);
  }

  @Test
  void ffmpeg_is_used_in_decode_only() {
    Architecture.onlyIn(List.of("io.kvsinfer.media.decode.."), "org.bytedeco..").check(MEDIA);
  }

  @Test
  void nothing_native_leaves_decode() {
    Architecture.notInSignatures("org.bytedeco..").check(MEDIA);
  }

  @Test
  void nothing_here_opens_connections() {
    Architecture.nothingIn(List.of("io.kvsinfer.media.."), "java.net..").check(MEDIA);
  }

  @Test
  void nothing_here_asks_for_the_time_of_this_machine() {
    Architecture.noWallClock().check(MEDIA);
  }
}
