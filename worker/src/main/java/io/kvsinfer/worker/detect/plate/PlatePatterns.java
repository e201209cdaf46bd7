package io.kvsinfer.worker.detect.plate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.worker.detect.DetectorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The formats of some countries' plates, and which characters are taken for each other. The data of
 * the project stand in {@code patterns.json}. Immutable.
 */
public final class PlatePatterns {
  private static final int MOST_REPAIRS = 2;
  private static final Content OWN = load();

  private final SortedMap<String, List<PlatePattern>> byCountry;

  private record Content(
      Map<String, List<String>> lookalikes, SortedMap<String, List<String>> countries) {}

  /**
   * What a text comes to.
   *
   * @param text repaired where the patterns leave one way to do it
   * @param country whose plates look so; null where none of them, or several
   */
  public record Match(String text, @Nullable String country) {}

  private PlatePatterns(SortedMap<String, List<PlatePattern>> byCountry) {
    this.byCountry = byCountry;
  }

  /**
   * Those of some countries.
   *
   * @param countries as in {@code patterns.json}, or keys of {@code further}; empty = nothing is
   *     known, so nothing is repaired
   * @param further patterns of the settings by country; they win
   * @throws DetectorException naming the countries there are, or the pattern that cannot be read
   */
  public static PlatePatterns of(Collection<String> countries, Map<String, List<String>> further) {
    SortedMap<String, List<PlatePattern>> chosen = new TreeMap<>();
    SortedSet<String> names = new TreeSet<>(countries);
    names.addAll(further.keySet());
    for (String country : names) {
      List<String> patterns = further.getOrDefault(country, OWN.countries.get(country));
      if (patterns == null) {
        throw new DetectorException(
            "params.countries: there are no patterns for %s: known are %s, others can be given in params.patterns"
                .formatted(country, String.join(", ", OWN.countries.keySet())));
      }
      chosen.put(country, patterns.stream().map(PlatePattern::parse).toList());
    }
    return new PlatePatterns(chosen);
  }

  /** Countries with patterns of the project. */
  public static Set<String> known() {
    return Set.copyOf(OWN.countries.keySet());
  }

  /**
   * Compares a text with the patterns. One that fits stays as it is. One that does not is repaired
   * by lookalikes where that makes it fit; of the ways with the fewest repairs there must be one.
   */
  public Match match(String text) {
    int fewest = MOST_REPAIRS + 1;
    Map<String, SortedSet<String>> countriesByText = new LinkedHashMap<>();
    for (Map.Entry<String, List<PlatePattern>> country : byCountry.entrySet()) {
      for (PlatePattern pattern : country.getValue()) {
        for (List<Set<Character>> sets : pattern.arrangements(text.length())) {
          String repaired = repaired(text, sets);
          int repairs = repaired == null ? MOST_REPAIRS + 1 : differences(text, repaired);
          if (repaired != null && repairs <= fewest && repairs <= MOST_REPAIRS) {
            if (repairs < fewest) {
              fewest = repairs;
              countriesByText.clear();
            }
            countriesByText.computeIfAbsent(repaired, t -> new TreeSet<>()).add(country.getKey());
          }
        }
      }
    }
    if (countriesByText.size() != 1) {
      return new Match(text, null);
    }
    Map.Entry<String, SortedSet<String>> only = countriesByText.entrySet().iterator().next();
    return new Match(only.getKey(), only.getValue().size() == 1 ? only.getValue().first() : null);
  }

  private static @Nullable String repaired(String text, List<Set<Character>> sets) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      Character fits = fitting(text.charAt(i), sets.get(i));
      if (fits == null) {
        return null;
      }
      out.append(fits.charValue());
    }
    return out.toString();
  }

  private static @Nullable Character fitting(char c, Set<Character> allowed) {
    if (allowed.contains(c)) {
      return c;
    }
    for (String alike : OWN.lookalikes.getOrDefault(String.valueOf(c), List.of())) {
      Set<Character> possible = new HashSet<>();
      alike.chars().forEach(a -> possible.add((char) a));
      possible.retainAll(allowed);
      if (possible.size() == 1) {
        return possible.iterator().next();
      }
      if (possible.size() > 1) {
        return null;
      }
    }
    return null;
  }

  private static int differences(String a, String b) {
    int count = 0;
    for (int i = 0; i < a.length(); i++) {
      count += a.charAt(i) == b.charAt(i) ? 0 : 1;
    }
    return count;
  }

  private static Content load() {
    try (InputStream in =
        Objects.requireNonNull(PlatePatterns.class.getResourceAsStream("patterns.json"))) {
      return new JsonMapper().readValue(in, Content.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
