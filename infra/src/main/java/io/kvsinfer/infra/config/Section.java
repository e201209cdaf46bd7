package io.kvsinfer.infra.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One object of the context: every key is asked for once, what is left is unknown. */
final class Section {
  private final String path;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();
  private final List<String> violations;

  Section(String path, @Nullable Object value, List<String> violations) {
    this.path = path;
    this.violations = violations;
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, v) -> {
        if (v != null) {
          values.put(String.valueOf(key), v);
        }
      });
    } else if (value != null) {
      violate("", value, "an object");
    }
  }

  /** An object inside this one; absent is empty. */
  Section section(String key) {
    return new Section(path + "." + key, take(key), violations);
  }

  @Nullable String text(String key, Pattern form, String allowed) {
    Object value = take(key);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && form.matcher(text).matches()) {
      return text;
    }
    violate("." + key, value, allowed);
    return null;
  }

  String text(String key, Pattern form, String allowed, String otherwise) {
    String text = text(key, form, allowed);
    return text == null ? otherwise : text;
  }

  /** Also {@code "true"} and {@code "false"}, as the command line gives them. */
  boolean truth(String key, boolean otherwise) {
    Object value = take(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof String text && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    violate("." + key, value, "true or false");
    return otherwise;
  }

  int number(String key, int least, int most, int otherwise) {
    Object value = take(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.intValue();
    }
    violate("." + key, value, "a whole number from " + least + " to " + most);
    return otherwise;
  }

  <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    Object value = take(key);
    if (value == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(java.util.Locale.ROOT);
      if (name.equals(value)) {
        return constant;
      }
      names.add(name);
    }
    violate("." + key, value, "one of " + String.join(", ", names));
    return otherwise;
  }

  List<String> texts(String key, Pattern form, String allowed) {
    List<String> texts = new ArrayList<>();
    int i = 0;
    for (Object value : list(key)) {
      if (value instanceof String text && form.matcher(text).matches()) {
        texts.add(text);
      } else {
        violate("." + key + "[" + i + "]", value, allowed);
      }
      i++;
    }
    return texts;
  }

  List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    int i = 0;
    for (Object value : list(key)) {
      sections.add(new Section(path + "." + key + "[" + i++ + "]", value, violations));
    }
    return sections;
  }

  Map<String, String> names(String key, Pattern keys, Pattern texts, String allowed) {
    Map<String, String> names = new LinkedHashMap<>();
    Section inner = section(key);
    inner.values.forEach((name, value) -> {
      if (keys.matcher(name).matches()
          && value instanceof String text
          && texts.matcher(text).matches()) {
        names.put(name, text);
      } else {
        inner.violate("." + name, value, allowed);
      }
    });
    return names;
  }

  void violate(String where, Object value, String allowed) {
    violations.add("%s%s = %s: must be %s".formatted(path, where, value, allowed));
  }

  /** To be called when every key was asked for. */
  void end() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        violations.add(
            "%s.%s is unknown; known are %s".formatted(path, key, String.join(", ", known)));
      }
    }
  }

  private @Nullable Object take(String key) {
    known.add(key);
    return values.get(key);
  }

  private List<?> list(String key) {
    Object value = take(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    violate("." + key, value, "a list");
    return List.of();
  }
}
