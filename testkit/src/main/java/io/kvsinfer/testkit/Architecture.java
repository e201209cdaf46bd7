package io.kvsinfer.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.util.List;

/**
 * Rules that several modules keep. A rule that finds no class to look at fails, so that none holds
 * because its package was renamed.
 */
public final class Architecture {
  private Architecture() {}

  /** The classes of a package and those below it, without tests. */
  public static JavaClasses classesOf(String rootPackage) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(rootPackage);
  }

  /** No two packages need each other, be it over others; a package below another counts alone. */
  public static ArchRule noPackageCycles() {
    return slices().matching("io.kvsinfer.(**)").should().beFreeOfCycles();
  }

  /**
   * Nothing in {@code packages} needs anything in {@code forbidden}; both as ArchUnit writes them,
   * {@code ..} standing for any number of packages.
   */
  public static ArchRule nothingIn(List<String> packages, String... forbidden) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden);
  }

  /** Only classes in {@code packages} need anything in {@code confined}. */
  public static ArchRule onlyIn(List<String> packages, String... confined) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(confined);
  }

  /** Every class is in one of {@code packages}. */
  public static ArchRule everythingIsIn(List<String> packages) {
    return classes().should().resideInAnyPackage(packages.toArray(String[]::new));
  }

  /** Nobody reads or writes files through {@code java.io}; its in-memory streams are free. */
  public static ArchRule noFileClasses() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile)");
  }

  /** No public or protected method of a public class takes or gives anything of {@code hidden}. */
  public static ArchRule notInSignatures(String hidden) {
    DescribedPredicate<JavaClass> isHidden = JavaClass.Predicates.resideInAPackage(hidden);
    return noCodeUnits()
        .that(
            DescribedPredicate.describe(
                "other packages may call",
                (JavaCodeUnit unit) ->
                    unit.getOwner().getModifiers().contains(JavaModifier.PUBLIC)
                        && (unit.getModifiers().contains(JavaModifier.PUBLIC)
                            || unit.getModifiers().contains(JavaModifier.PROTECTED))))
        .should()
        .haveRawReturnType(isHidden)
        .orShould()
        .haveRawParameterTypes(
            DescribedPredicate.describe(
                "one of " + hidden,
                (List<JavaClass> parameters) -> parameters.stream().anyMatch(isHidden)));
  }

  /** Nobody asks this machine what time it is: clocks are handed in. */
  public static ArchRule noWallClock() {
    return noClasses().should(ArchConditions.accessTargetWhere(asksTheWallClock()));
  }

  /**
   * Outside {@code wiring} nobody asks this machine what time it is: clocks are handed in. {@code
   * System.nanoTime} stays free, since it measures and does not date.
   */
  public static ArchRule noWallClockOutside(String... wiring) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(wiring)
        .should(ArchConditions.accessTargetWhere(asksTheWallClock()));
  }

  private static DescribedPredicate<JavaAccess<?>> asksTheWallClock() {
    return DescribedPredicate.describe(
        "the wall clock is asked",
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target && asksTheWallClock(target));
  }

  private static boolean asksTheWallClock(CodeUnitAccessTarget target) {
    List<String> parameters = target.getRawParameterTypes().stream().map(HasName::getName).toList();
    return switch (owner(target)) {
      case "java.lang.System" -> target.getName().equals("currentTimeMillis");
      case "java.util.Date" -> target.getName().equals("<init>") && parameters.isEmpty();
      case "java.time.Clock" ->
          target.getName().startsWith("system")
              || (target.getName().startsWith("tick") && !parameters.contains("java.time.Clock"));
      case "java.time.InstantSource" -> target.getName().equals("system");
      default ->
          target.getOwner().getPackageName().startsWith("java.time")
              && target.getName().equals("now")
              && !parameters.contains("java.time.Clock");
    };
  }

  private static String owner(AccessTarget target) {
    return target.getOwner().getName();
  }
}
