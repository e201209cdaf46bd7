package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the settings of an {@code alpr} detector say of the plates that are read: countries whose
 * patterns hold, and lists.
 */
public final class PlateRules {
  /** Nothing said: texts stay as read and are on no list. */
  public static final PlateRules NONE =
      new PlateRules(PlatePatterns.of(List.of(), Map.of()), PlateLists.of(null));

  private final PlatePatterns patterns;
  private final PlateLists lists;

  private PlateRules(PlatePatterns patterns, PlateLists lists) {
    this.patterns = patterns;
    this.lists = lists;
  }

  /**
   * Those of {@code params.countries}, {@code params.patterns} and {@code params.lists}; none for a
   * detector of another type.
   *
   * @throws DetectorException naming the setting and what would be right
   */
  public static PlateRules of(DetectorSettings settings) {
    if (!settings.type().equals("alpr")) {
      return NONE;
    }
    Map<String, Object> params = settings.params();
    return new PlateRules(
        PlatePatterns.of(
            texts("params.countries", params.get("countries")), further(params.get("patterns"))),
        PlateLists.of(params.get("lists")));
  }

  /** What was voted for, as the event tells it; empty where nothing could be read. */
  public Optional<Plate> plate(PlateBallot ballot) {
    return ballot
        .winner()
        .map(winner -> {
          PlatePatterns.Match match = patterns.match(winner.text());
          return new Plate(
              match.text(),
              winner.confidence(),
              ballot.reads(),
              match.country(),
              lists.nameFor(match.text()).orElse(null));
        });
  }

  private static Map<String, List<String>> further(@Nullable Object value) {
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new DetectorException("params.patterns must be a map of lists of patterns by country");
    }
    Map<String, List<String>> patterns = new LinkedHashMap<>();
    map.forEach((country, list) ->
        patterns.put(String.valueOf(country), texts("params.patterns." + country, list)));
    return patterns;
  }

  private static List<String> texts(String path, @Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw new DetectorException(
        path + " must be a list of texts; NO and the like must stand in quotes");
  }
}
