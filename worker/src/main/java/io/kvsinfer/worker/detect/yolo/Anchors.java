package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sizes that boxes of YOLOv3, v5 and v7 are multiples of: three for each map, the finest first,
 * each a width and a height in pixels of the input.
 *
 * @param numbers width and height of each anchor, one after the other
 */
record Anchors(List<Double> numbers) {
  private static final int OF_MAP = 2 * GridMap.ANCHORS;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");

  /** As the descriptions of the models of three maps (P5) that the families publish have them. */
  private static final Map<String, Anchors> PUBLISHED =
      Map.of(
          "yolov5",
          of(10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326),
          "yolov7",
          of(12, 16, 19, 36, 40, 28, 36, 75, 76, 55, 72, 146, 142, 110, 192, 243, 459, 401));

  private static final String RIGHT =
      "must be yolov5 or yolov7 for the anchors of their published models, or three widths and"
          + " heights in pixels for each map, the finest first";

  Anchors {
    numbers = List.copyOf(numbers);
    boolean positive = numbers.stream().allMatch(n -> n > 0 && Double.isFinite(n));
    if (numbers.isEmpty() || numbers.size() % OF_MAP != 0 || !positive) {
      throw new DetectorException("anchors %s: %s".formatted(numbers, RIGHT));
    }
  }

  private static Anchors of(double... numbers) {
    List<Double> list = new ArrayList<>();
    for (double number : numbers) {
      list.add(number);
    }
    return new Anchors(list);
  }

  /**
   * What {@code params.anchors} says.
   *
   * @param value a name, or numbers in lists of any depth; null = not given
   * @throws DetectorException saying what would be right
   */
  static @Nullable Anchors ofParam(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    Anchors published = value instanceof String name ? PUBLISHED.get(name) : null;
    if (published != null) {
      return published;
    }
    List<Double> numbers = new ArrayList<>();
    if (!flatten(value, numbers)) {
      throw new DetectorException("params.anchors = %s: %s".formatted(value, RIGHT));
    }
    return new Anchors(numbers);
  }

  private static boolean flatten(Object value, List<Double> into) {
    if (value instanceof Number number) {
      into.add(number.doubleValue());
      return true;
    }
    return value instanceof List<?> list
        && list.stream().allMatch(v -> v != null && flatten(v, into));
  }

  /** What the file says in its metadata, in the same units. */
  static Optional<Anchors> ofMetadata(Map<String, String> metadata) {
    String text = metadata.get("anchors");
    if (text == null) {
      return Optional.empty();
    }
    List<Double> numbers =
        NUMBER.matcher(text).results().map(MatchResult::group).map(Double::parseDouble).toList();
    return Optional.of(new Anchors(numbers));
  }

  /** How many maps they are for. */
  int maps() {
    return numbers.size() / OF_MAP;
  }

  /** Width of an anchor in pixels of the input. */
  float width(int map, int anchor) {
    return numbers.get(map * OF_MAP + 2 * anchor).floatValue();
  }

  /** Its height. */
  float height(int map, int anchor) {
    return numbers.get(map * OF_MAP + 2 * anchor + 1).floatValue();
  }

  @Override
  public String toString() {
    return String.join(
        ", ", numbers.stream().map(n -> String.format(Locale.ROOT, "%s", n)).toList());
  }
}
