package io.kvsinfer.contract.settings;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads single values; null where one is wrong, which the findings then say. */
final class Values {
  private static final int LONG_DIGITS = 18;

  private Values() {}

  static @Nullable String text(Tree value, TextForm form, Findings findings) {
    if (value instanceof Tree.Text text) {
      if (form.matches(text.value())) {
        return text.value();
      }
      findings.refuse(value, form.allowed());
    } else if (value instanceof Tree.Num || value instanceof Tree.Flag) {
      findings.refuse(value, "must be text: put it in quotes");
    } else {
      findings.refuse(value, form.allowed());
    }
    return null;
  }

  static @Nullable BigDecimal number(Tree value, Range range, Findings findings) {
    if (value instanceof Tree.Num number) {
      if (range.contains(number.value())) {
        return number.value();
      }
      findings.refuse(value, "must be " + range);
    } else if (value instanceof Tree.Text) {
      findings.refuse(
          value,
          "must be a number "
              + range
              + ", not text: write it without quotes, in a table item with the type N");
    } else {
      findings.refuse(value, "must be a number " + range);
    }
    return null;
  }

  /** Names that must differ; {@code what} is what a violation calls one. */
  static List<String> names(List<Tree> elements, String what, Findings findings) {
    List<String> names = new ArrayList<>();
    for (Tree element : elements) {
      String name = text(element, TextForm.NAME, findings);
      if (name != null && names.contains(name)) {
        findings.refuse(element, "stands twice; name each " + what + " once");
      } else if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  static boolean isWhole(BigDecimal value) {
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }

  /**
   * A value of {@code params} as plain Java: whole numbers are Long, others Double, whichever way
   * they were written, so that a table item reads as the file it came from.
   */
  static @Nullable Object free(Tree value, Findings findings) {
    return switch (value) {
      case Tree.Text t -> t.value();
      case Tree.Flag f -> f.value();
      case Tree.Num n -> freeNumber(n, findings);
      case Tree.Items items -> {
        List<Object> list = new ArrayList<>();
        for (Tree element : items.elements()) {
          Object read = free(element, findings);
          if (read != null) {
            list.add(read);
          }
        }
        yield Collections.unmodifiableList(list);
      }
      case Tree.Fields fields -> freeMap(fields, findings);
      case Tree.Nothing n -> {
        findings.refuse(n, "has no value: give one or leave the key out");
        yield null;
      }
      case Tree.Broken b -> null;
    };
  }

  static Map<String, Object> freeMap(Tree.Fields fields, Findings findings) {
    Map<String, Object> map = new LinkedHashMap<>();
    fields
        .entries()
        .forEach((key, entry) -> {
          Object read = free(entry, findings);
          if (read != null) {
            map.put(key, read);
          }
        });
    return Collections.unmodifiableMap(map);
  }

  private static @Nullable Object freeNumber(Tree.Num n, Findings findings) {
    BigDecimal value = n.value().signum() == 0 ? BigDecimal.ZERO : n.value();
    BigDecimal short_ = value.stripTrailingZeros();
    if (short_.scale() <= 0 && (long) short_.precision() - short_.scale() <= LONG_DIGITS) {
      return short_.longValueExact();
    }
    double number = value.doubleValue();
    if (Double.isInfinite(number)) {
      findings.refuse(n, "must be a smaller number");
      return null;
    }
    return number;
  }
}
