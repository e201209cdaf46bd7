package io.kvsinfer.contract.settings;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one map of settings. Each method takes a key and returns its value, or the fallback when it
 * is absent or wrong; what is wrong goes to the findings. {@link #end()} refuses every key that
 * nobody took.
 */
final class Section {
  private final Tree.Fields fields;
  private final Findings findings;
  private final Set<String> known = new LinkedHashSet<>();

  Section(Tree.Fields fields, Findings findings) {
    this.fields = fields;
    this.findings = findings;
  }

  String path(String key) {
    return Paths.child(fields.path(), key);
  }

  /** Refuses what stands under a key, or that nothing does. */
  void refuse(String key, String message) {
    Tree value = fields.entries().get(key);
    if (value == null) {
      findings.refuse(path(key), message);
    } else {
      findings.refuse(value, message);
    }
  }

  boolean has(String key) {
    return fields.entries().containsKey(key);
  }

  @Nullable Tree take(String key) {
    known.add(key);
    Tree value = fields.entries().get(key);
    if (value instanceof Tree.Nothing) {
      findings.refuse(value, "has no value: give one or leave the key out");
      return new Tree.Broken(value.path());
    }
    return value;
  }

  boolean flag(String key, boolean fallback) {
    Tree value = take(key);
    if (value instanceof Tree.Flag flag) {
      return flag.value();
    }
    refuseIfGiven(value, "must be true or false");
    return fallback;
  }

  @Nullable String text(String key, TextForm form) {
    Tree value = take(key);
    if (value == null) {
      return null;
    }
    return Values.text(value, form, findings);
  }

  String text(String key, TextForm form, String fallback) {
    String text = text(key, form);
    return text == null ? fallback : text;
  }

  double number(String key, Range range, double fallback) {
    Tree value = take(key);
    BigDecimal number = value == null ? null : Values.number(value, range, findings);
    return number == null ? fallback : number.doubleValue();
  }

  int whole(String key, Range range, int fallback) {
    Tree value = take(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Tree.Num n && !(Values.isWhole(n.value()) && range.contains(n.value()))) {
      findings.refuse(value, "must be a whole number " + range);
      return fallback;
    }
    BigDecimal number = Values.number(value, range, findings);
    return number == null ? fallback : number.intValueExact();
  }

  <E> E choice(String key, Map<String, E> choices, E fallback) {
    Tree value = take(key);
    if (value == null) {
      return fallback;
    }
    String allowed = "must be " + String.join(" or ", choices.keySet().stream().sorted().toList());
    if (!(value instanceof Tree.Text text)) {
      findings.refuse(value, allowed);
      return fallback;
    }
    E chosen = choices.get(text.value());
    if (chosen == null) {
      Optional<String> near = Nearest.of(text.value(), choices.keySet());
      findings.refuse(value, allowed + near.map(n -> "; did you mean " + n + "?").orElse(""));
      return fallback;
    }
    return chosen;
  }

  /** The map under a key; an empty one when it is absent. */
  Section section(String key) {
    return new Section(map(key), findings);
  }

  Tree.Fields map(String key) {
    Tree value = take(key);
    if (value instanceof Tree.Fields map) {
      return map;
    }
    refuseIfGiven(value, "must be a map of keys and values");
    return Tree.Fields.empty(path(key));
  }

  /** The elements of the list under a key; none when it is absent. */
  List<Tree> list(String key, int most) {
    Tree value = take(key);
    if (value instanceof Tree.Items items) {
      if (items.elements().size() > most) {
        findings.refuse(items.path(), "must have at most " + most + " elements");
        return List.of();
      }
      return items.elements();
    }
    refuseIfGiven(value, "must be a list");
    return List.of();
  }

  void refuseIfGiven(@Nullable Tree value, String message) {
    if (value != null) {
      findings.refuse(value, message);
    }
  }

  /** Refuses the keys that nobody took. */
  void end() {
    fields
        .entries()
        .forEach((key, value) -> {
          if (!known.contains(key)) {
            findings.refuse(value, unknown(key));
          }
        });
  }

  private String unknown(String key) {
    return Nearest.of(key, known)
        .map(name -> "unknown key; did you mean " + name + "?")
        .orElseGet(() -> "unknown key; known here are " + String.join(", ", known));
  }
}
