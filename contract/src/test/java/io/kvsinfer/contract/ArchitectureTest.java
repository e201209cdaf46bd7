package io.kvsinfer.contract;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.kvsinfer.testkit.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final List<String> ALL = List.of("io.kvsinfer.contract..");
  private static final JavaClasses CONTRACT = Architecture.classesOf("io.kvsinfer.contract");

  @Test
  void packages_do_not_need_each_other_in_a_circle() {
    Architecture.noPackageCycles().check(CONTRACT);
  }

  @Test
  void nothing_here_knows_aws() {
    Architecture.nothingIn(ALL, "software.amazon..", "com.amazonaws..").check(CONTRACT);
  }

  @Test
  void nothing_here_opens_files_or_connections() {
    Architecture.nothingIn(ALL, "java.nio.file..", "java.nio.channels..", "java.net..")
        .check(CONTRACT);
    Architecture.noFileClasses().check(CONTRACT);
  }

  @Test
  void nothing_here_asks_for_the_time_of_this_machine() {
    Architecture.noWallClock().check(CONTRACT);
  }
}
