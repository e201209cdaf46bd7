package io.kvsinfer.contract.settings;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings as written, each value with the path at which the operator wrote it. Older names and
 * defaults move values about; their paths stay.
 */
sealed interface Tree {
  /** As {@code cameras[0].playback.hls}. */
  String path();

  /** A map, in the order written. */
  record Fields(String path, Map<String, Tree> entries) implements Tree {
    public Fields {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    static Fields empty(String path) {
      return new Fields(path, Map.of());
    }

    /** This map with one entry set, at the end if it is new. */
    Fields with(String key, Tree value) {
      Map<String, Tree> changed = new LinkedHashMap<>(entries);
      changed.put(key, value);
      return new Fields(path, changed);
    }

    Fields without(String key) {
      Map<String, Tree> changed = new LinkedHashMap<>(entries);
      changed.remove(key);
      return new Fields(path, changed);
    }

    /** This map laid over {@code below}: maps are merged key by key, anything else replaces. */
    Fields over(Fields below) {
      Map<String, Tree> merged = new LinkedHashMap<>(below.entries);
      entries.forEach((key, value) -> {
        Tree under = below.entries.get(key);
        merged.put(
            key,
            value instanceof Fields map && under instanceof Fields lower ? map.over(lower) : value);
      });
      return new Fields(path, merged);
    }
  }

  /** A list. */
  record Items(String path, List<Tree> elements) implements Tree {
    public Items {
      elements = List.copyOf(elements);
    }
  }

  /** Text. */
  record Text(String path, String value) implements Tree {}

  /** A number. */
  record Num(String path, BigDecimal value) implements Tree {}

  /** True or false. */
  record Flag(String path, boolean value) implements Tree {}

  /** A key without a value. */
  record Nothing(String path) implements Tree {}

  /** Not usable, and already reported. */
  record Broken(String path) implements Tree {}

  /** Whether two trees say the same, wherever they stand. */
  static boolean same(Tree a, Tree b) {
    return plain(a).equals(plain(b));
  }

  /** The value without paths. */
  private static Object plain(Tree tree) {
    return switch (tree) {
      case Fields f -> {
        Map<String, Object> map = new LinkedHashMap<>();
        f.entries().forEach((key, value) -> map.put(key, plain(value)));
        yield map;
      }
      case Items i -> {
        List<Object> list = new ArrayList<>();
        i.elements().forEach(element -> list.add(plain(element)));
        yield list;
      }
      case Text t -> t.value();
      case Num n -> n.value().stripTrailingZeros();
      case Flag f -> f.value();
      case Nothing n -> "\0nothing";
      case Broken b -> "\0broken";
    };
  }
}
