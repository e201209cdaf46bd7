package io.kvsinfer.worker.detect;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code params} of a detector, built in or a user's own: what is wrong is told with the
 * path of the setting and what would be right.
 *
 * @param params as {@link io.kvsinfer.contract.settings.DetectorSettings#params} holds them
 */
public record ParamReader(Map<String, Object> params) {
  /** Shared by all detectors: read by others, never unknown. */
  private static final List<String> SHARED =
      List.of(
          "skip_frames",
          "model_size",
          "batch_size",
          "layout",
          "plate_text_in_alerts",
          "region_anchor",
          "region_overlap");

  public ParamReader {
    params = Map.copyOf(params);
  }

  /** Whether it is given. */
  public boolean has(String key) {
    return params.containsKey(key);
  }

  /** Its value as it stands; null where it is not given. */
  public @Nullable Object get(String key) {
    return params.get(key);
  }

  /** A text; null where it is not given. */
  public @Nullable String text(String key) {
    Object value = params.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(key, "must be text");
  }

  /** One of some words; null where it is not given. */
  public @Nullable String choice(String key, Collection<String> choices) {
    String value = text(key);
    if (value == null || choices.contains(value)) {
      return value;
    }
    throw wrong(key, "must be one of " + String.join(", ", choices));
  }

  /** Yes or no. */
  public boolean flag(String key, boolean otherwise) {
    Object value = params.getOrDefault(key, otherwise);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, "must be true or false");
  }

  /** A number between bounds, which are allowed too. */
  public double number(String key, double otherwise, double least, double most) {
    Object value = params.getOrDefault(key, otherwise);
    if (value instanceof Number n && n.doubleValue() >= least && n.doubleValue() <= most) {
      return n.doubleValue();
    }
    throw wrong(key, "must be a number from %s to %s".formatted(plain(least), plain(most)));
  }

  /** A whole number between bounds, which are allowed too. */
  public int whole(String key, int otherwise, int least, int most) {
    double value = number(key, otherwise, least, most);
    if (value != Math.rint(value)) {
      throw wrong(key, "must be a whole number from %d to %d".formatted(least, most));
    }
    return (int) value;
  }

  /** A number or a list of them; null where they are not given. */
  public @Nullable List<Double> numbers(String key) {
    Object value = params.get(key);
    List<?> list = value instanceof List<?> l ? l : value == null ? List.of() : List.of(value);
    if (list.stream().allMatch(Number.class::isInstance)) {
      return value == null ? null : list.stream().map(n -> ((Number) n).doubleValue()).toList();
    }
    throw wrong(key, "must be a list of numbers");
  }

  /** Texts; null where they are not given. */
  public @Nullable List<String> texts(String key) {
    Object value = params.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw wrong(key, "must be a list of texts");
  }

  /**
   * Refuses what nobody reads, which is a mistyped name more often than not.
   *
   * @param known keys that the detector reads; those that all detectors share need not be among
   *     them
   */
  public void refuseUnknown(Collection<String> known) {
    for (String key : params.keySet()) {
      if (!known.contains(key) && !SHARED.contains(key)) {
        SortedSet<String> all = new TreeSet<>(known);
        all.addAll(SHARED);
        throw new DetectorException(
            "params.%s is not known: known are %s".formatted(key, String.join(", ", all)));
      }
    }
  }

  private DetectorException wrong(String key, String right) {
    return new DetectorException("params.%s = %s: %s".formatted(key, params.get(key), right));
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
