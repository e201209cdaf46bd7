package io.kvsinfer.infra;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The calls to AWS that a program can make: every method of an AWS client that is reached from its
 * entry point, whatever path leads there. Rather too many than too few: a call of an interface is
 * one of all its implementations.
 */
final class AwsCalls {
  private static final String OURS = "io.kvsinfer.";
  private static final String SERVICES = "software.amazon.awssdk.services.";
  private static final Set<String> NO_CALLS =
      Set.of("builder", "create", "close", "serviceName", "serviceClientConfiguration");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.kvsinfer");

  private final Set<JavaCodeUnit> seen = new HashSet<>();
  private final Deque<JavaCodeUnit> next = new ArrayDeque<>();
  private final Set<Call> calls = new TreeSet<>();

  /**
   * A call of an AWS API.
   *
   * @param from simple name of the class that makes it
   * @param action as IAM names it
   */
  record Call(String from, String action) implements Comparable<Call> {
    @Override
    public int compareTo(Call other) {
      return toString().compareTo(other.toString());
    }
  }

  private AwsCalls() {}

  /** Everything that is reached from a class. */
  static Set<Call> from(Class<?> entry) {
    AwsCalls walk = new AwsCalls();
    CLASSES.get(entry).getCodeUnits().forEach(walk::reach);
    while (!walk.next.isEmpty()) {
      walk.next.removeFirst().getAccessesFromSelf().forEach(walk::follow);
    }
    return walk.calls;
  }

  private void reach(JavaCodeUnit unit) {
    if (seen.add(unit)) {
      next.add(unit);
      JavaClass owner = unit.getOwner();
      if (unit instanceof JavaConstructor) {
        // What the JDK and the SDK call back: threads, iterators, streams.
        owner.getMethods().stream().filter(m -> overridesOthers(owner, m)).forEach(this::reach);
        owner.getStaticInitializer().ifPresent(this::reach);
      }
    }
  }

  private void follow(JavaAccess<?> access) {
    if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
      return;
    }
    JavaClass owner = target.getOwner();
    if (owner.getName().startsWith(SERVICES) && owner.getSimpleName().endsWith("Client")) {
      if (!NO_CALLS.contains(target.getName())) {
        calls.add(
            new Call(
                outermost(access.getOriginOwner()).getSimpleName(),
                action(owner.getPackageName().substring(SERVICES.length()), target.getName())));
      }
    } else if (owner.getName().startsWith(OURS)) {
      target.resolveMember().ifPresent(this::reach);
      for (JavaClass sub : owner.getAllSubclasses()) {
        sub.getMethods().stream()
            .filter(m ->
                m.getName().equals(target.getName())
                    && m.getRawParameterTypes().size() == target.getRawParameterTypes().size())
            .forEach(this::reach);
      }
    }
  }

  private static boolean overridesOthers(JavaClass owner, JavaCodeUnit method) {
    return java.util.stream.Stream.concat(
            owner.getAllRawInterfaces().stream(), owner.getAllRawSuperclasses().stream())
        .filter(c -> !c.getName().startsWith(OURS) && !c.getName().equals("java.lang.Object"))
        .flatMap(c -> c.getMethods().stream())
        .anyMatch(m ->
            m.getName().equals(method.getName())
                && m.getRawParameterTypes().size() == method.getRawParameterTypes().size());
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(AwsCalls::outermost).orElse(type);
  }

  private static String action(String service, String operation) {
    String name = operation.replaceAll("(Paginator|AsBytes)$", "");
    String prefix =
        List.of("kinesisvideo", "kinesisvideomedia", "kinesisvideoarchivedmedia").contains(service)
            ? "kinesisvideo"
            : service;
    return prefix + ":" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
