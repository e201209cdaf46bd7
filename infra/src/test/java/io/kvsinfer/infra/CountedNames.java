package io.kvsinfer.infra;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.functions.scheduler.Action;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names that a function's code can count under, read from its byte code: the text that is given
 * to {@link Counters#add}, to the scheduler's table of what it did, and the kinds of its actions.
 */
final class CountedNames {
  private static final String FUNCTIONS = "io.kvsinfer.functions.";
  private static final String COUNTERS = Counters.class.getName().replace('.', '/');

  /** A name is loaded so few instructions before the call that takes it. */
  private static final int NEAR = 8;

  private CountedNames() {}

  /**
   * Of one function.
   *
   * @throws AssertionError where a counter's name is no text in the code, so that nobody could say
   *     which metrics there are
   */
  static Set<String> of(String function) {
    Set<String> names = new TreeSet<>();
    new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(FUNCTIONS + function)
        .forEach(type -> read(type, names));
    if (function.equals(Mappings.SCHEDULER)) {
      Arrays.stream(Action.class.getPermittedSubclasses())
          .map(Class::getSimpleName)
          .forEach(names::add);
    }
    return names;
  }

  private static void read(JavaClass type, Set<String> names) {
    try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      ClassFile.of()
          .parse(in.readAllBytes())
          .methods()
          .forEach(m -> m.code().ifPresent(code -> read(type, code, names)));
    } catch (IOException e) {
      throw new UncheckedIOException(type.getName(), e);
    }
  }

  private static void read(JavaClass type, CodeModel code, Set<String> names) {
    String text = null;
    int since = 0;
    for (var element : code) {
      if (element instanceof ConstantInstruction constant
          && constant.constantValue() instanceof String loaded) {
        text = loaded;
        since = 0;
      } else if (element instanceof InvokeInstruction call && counts(type, call)) {
        add(type, call, since <= NEAR ? text : null, names);
        text = null;
      }
      since += element instanceof Instruction ? 1 : 0;
    }
  }

  private static void add(
      JavaClass type, InvokeInstruction call, @Nullable String text, Set<String> names) {
    if (text != null) {
      names.add(text);
    } else if (call.owner().asInternalName().equals(COUNTERS)) {
      throw new AssertionError(
          type.getName() + " counts under a name that is not a text in its code");
    }
  }

  private static boolean counts(JavaClass type, InvokeInstruction call) {
    String name = call.name().stringValue();
    boolean counter = call.owner().asInternalName().equals(COUNTERS) && name.equals("add");
    // What the scheduler did: a map of counts that becomes counters at the end.
    boolean did =
        Set.of("Acting", "Scheduler").contains(type.getSimpleName())
            && (name.equals("count") || name.equals("merge"));
    return counter || did;
  }
}
