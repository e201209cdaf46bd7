package io.kvsinfer.store;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.kvsinfer.testkit.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses STORE = Architecture.classesOf("io.kvsinfer.store");

  @Test
  void nothing_here_asks_for_the_time_of_this_machine() {
    Architecture.noWallClock().check(STORE);
  }

  @Test
  void of_aws_only_tables_and_objects_are_known() {
    Architecture.nothingIn(
            List.of("io.kvsinfer.store.."),
            "software.amazon.awssdk.services.kinesis..",
            "software.amazon.awssdk.services.ecs..",
            "software.amazon.awssdk.services.sns..",
            "com.amazonaws..")
        .check(STORE);
  }
}
