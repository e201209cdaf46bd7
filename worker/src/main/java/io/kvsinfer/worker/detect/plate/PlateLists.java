package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.worker.detect.DetectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lists of a detector's {@code params.lists}. Messages never quote a plate. Immutable. */
final class PlateLists {
  private static final int MOST_PLATES = 10_000;
  private static final int FARTHEST = 3;
  private static final Set<String> KEYS = Set.of("name", "kind", "plates", "max_distance");

  /** A plate shorter than this for each allowed difference would match half of the world. */
  private static final int CHARACTERS_PER_DIFFERENCE = 3;

  /** In the order in which they win where a plate is as near to one as to the other. */
  private enum Kind {
    DENY(1),
    WATCH(1),
    ALLOW(0);

    /** A misread stranger must not pass for a friend, a misread culprit must not slip away. */
    private final int distance;

    Kind(int distance) {
      this.distance = distance;
    }
  }

  private final List<Named> lists;

  private record Named(String name, Kind kind, List<String> plates, int maxDistance) {}

  private PlateLists(List<Named> lists) {
    this.lists = lists;
  }

  /**
   * Reads {@code params.lists}: maps of {@code name}, {@code kind} (allow, deny, watch), {@code
   * plates}, {@code max_distance} (0 for allow, else 1).
   *
   * @throws DetectorException naming the list and what would be right
   */
  static PlateLists of(@Nullable Object value) {
    if (value == null) {
      return new PlateLists(List.of());
    }
    if (!(value instanceof List<?> all)) {
      throw new DetectorException("params.lists must be a list of maps with name, kind and plates");
    }
    List<Named> lists = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Named list = named("params.lists[" + i + "]", all.get(i));
      if (lists.stream().anyMatch(l -> l.name.equals(list.name))) {
        throw new DetectorException(
            "params.lists[%d].name = %s: another list is called so too".formatted(i, list.name));
      }
      lists.add(list);
    }
    return new PlateLists(List.copyOf(lists));
  }

  private static Named named(String path, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new DetectorException(path + " must be a map with name, kind and plates");
    }
    for (Object key : map.keySet()) {
      if (!KEYS.contains(String.valueOf(key))) {
        throw new DetectorException(
            "%s.%s is not known: known are kind, max_distance, name, plates".formatted(path, key));
      }
    }
    if (!(map.get("name") instanceof String name) || !Names.NAME.matcher(name).matches()) {
      throw new DetectorException(path + ".name must be a name of letters, digits, _ and -");
    }
    Kind kind =
        Stream.of(Kind.values())
            .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(map.get("kind")))
            .findFirst()
            .orElseThrow(() -> new DetectorException(path + ".kind must be allow, deny or watch"));
    Object far = map.get("max_distance");
    if (far != null
        && !(far instanceof Number n && n.doubleValue() >= 0 && n.doubleValue() <= FARTHEST)) {
      throw new DetectorException(
          path + ".max_distance must be a whole number from 0 to " + FARTHEST);
    }
    int distance = far instanceof Number n ? n.intValue() : kind.distance;
    return new Named(name, kind, plates(path + ".plates", map.get("plates")), distance);
  }

  private static List<String> plates(String path, @Nullable Object value) {
    if (!(value instanceof List<?> all) || all.size() > MOST_PLATES) {
      throw new DetectorException(path + " must be a list of plates, " + MOST_PLATES + " at most");
    }
    List<String> plates = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      // A plate of digits alone is a number to YAML.
      String plate = PlateText.normalized(String.valueOf(all.get(i)));
      if (plate.isEmpty() || all.get(i) instanceof Map || all.get(i) instanceof List) {
        throw new DetectorException(
            "%s[%d] must be a plate: letters and digits, in quotes".formatted(path, i));
      }
      plates.add(plate);
    }
    return plates.stream().distinct().collect(Collectors.toUnmodifiableList());
  }

  /** Name of the list that the plate is on: the nearest entry wins, then deny, watch, allow. */
  Optional<String> nameFor(String text) {
    Named best = null;
    int nearest = Integer.MAX_VALUE;
    for (Named list : lists) {
      for (String plate : list.plates) {
        int distance = PlateText.distance(text, plate);
        boolean near =
            distance == 0
                || (distance <= list.maxDistance
                    && Math.min(text.length(), plate.length())
                        >= CHARACTERS_PER_DIFFERENCE * distance);
        if (near
            && (best == null
                || distance < nearest
                || (distance == nearest && list.kind.compareTo(best.kind) < 0))) {
          best = list;
          nearest = distance;
        }
      }
    }
    return Optional.ofNullable(best).map(Named::name);
  }
}
