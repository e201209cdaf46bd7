package io.kvsinfer.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A rule that cannot fail shows nothing: each is broken here on purpose. */
class ArchitectureTest {
  static final class CallsNow {
    Instant time() {
      return Instant.now();
    }
  }

  static final class RefersToNow {
    Supplier<Instant> time() {
      return Instant::now;
    }
  }

  static final class MakesAClock {
    InstantSource clock() {
      return InstantSource.system();
    }
  }

  static final class IsHandedAClock {
    Instant time(Clock clock) {
      return Instant.now(clock).plusNanos(System.nanoTime());
    }
  }

  static final class ReadsFiles {
    boolean there(String name) {
      return new File(name).exists();
    }
  }

  /** Public, as a class is that other packages call. */
  public static final class GivesALock {
    /** Something of {@code java.util.concurrent}. */
    public java.util.concurrent.Semaphore lock() {
      return new java.util.concurrent.Semaphore(1);
    }
  }

  private static void breaks(ArchRule rule, Class<?> broken) {
    JavaClasses classes = new ClassFileImporter().importClasses(broken);
    assertThatThrownBy(() -> rule.check(classes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(broken.getSimpleName());
  }

  @Test
  void who_asks_the_wall_clock_is_found() {
    breaks(Architecture.noWallClock(), CallsNow.class);
    breaks(Architecture.noWallClock(), RefersToNow.class);
    breaks(Architecture.noWallClock(), MakesAClock.class);
    breaks(Architecture.noWallClockOutside("elsewhere.."), CallsNow.class);
  }

  @Test
  void a_clock_handed_in_may_be_asked() {
    Architecture.noWallClock().check(new ClassFileImporter().importClasses(IsHandedAClock.class));
  }

  @Test
  void who_needs_what_is_confined_or_forbidden_is_found() {
    breaks(Architecture.onlyIn(List.of("elsewhere.."), "java.time.."), CallsNow.class);
    breaks(Architecture.nothingIn(List.of("io.kvsinfer.testkit.."), "java.time.."), CallsNow.class);
    breaks(Architecture.everythingIsIn(List.of("elsewhere..")), CallsNow.class);
    breaks(Architecture.noFileClasses(), ReadsFiles.class);
    breaks(Architecture.notInSignatures("java.util.concurrent.."), GivesALock.class);
  }

  @Test
  void a_rule_that_finds_no_class_fails() {
    JavaClasses none = Architecture.classesOf("io.kvsinfer.nowhere");
    for (ArchRule rule :
        List.of(
            Architecture.noWallClock(),
            Architecture.noPackageCycles(),
            Architecture.onlyIn(List.of("elsewhere.."), "java.time.."),
            Architecture.nothingIn(List.of("nowhere.."), "java.time.."))) {
      assertThatThrownBy(() -> rule.check(none)).isInstanceOf(AssertionError.class);
    }
  }
}
