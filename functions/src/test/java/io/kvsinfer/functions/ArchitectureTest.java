package io.kvsinfer.functions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.kvsinfer.testkit.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final List<String> FUNCTIONS = List.of("scheduler", "events", "alerts");
  private static final JavaClasses ALL = Architecture.classesOf("io.kvsinfer.functions");

  private static String function(String name) {
    return "io.kvsinfer.functions." + name + "..";
  }

  @Test
  void packages_do_not_need_each_other_in_a_circle() {
    Architecture.noPackageCycles().check(ALL);
  }

  @Test
  void no_function_needs_another() {
    for (String one : FUNCTIONS) {
      String[] others =
          FUNCTIONS.stream()
              .filter(name -> !name.equals(one))
              .map(ArchitectureTest::function)
              .toArray(String[]::new);
      Architecture.nothingIn(List.of(function(one)), others).check(ALL);
    }
  }

  @Test
  void deciding_about_a_camera_calls_nobody() {
    for (String decider : List.of("Reconcile", "CameraReconcile", "Judge", "Action")) {
      noClasses()
          .that()
          .haveFullyQualifiedName("io.kvsinfer.functions.scheduler." + decider)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon..", "com.amazonaws..", "java.net..", "java.nio..")
          .check(ALL);
    }
  }

  @Test
  void only_the_handlers_ask_for_the_time_of_this_machine() {
    Architecture.noWallClockOutside("io.kvsinfer.functions").check(ALL);
  }
}
