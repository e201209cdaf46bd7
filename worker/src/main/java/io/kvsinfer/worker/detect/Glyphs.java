package io.kvsinfer.worker.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A font of 5 × 9 pixels a character, drawn for this project in {@code glyphs.txt}: a worker's
 * image has no fonts, and AWT costs memory and start-up time. What is not in it looks like {@code
 * ?}.
 */
final class Glyphs {
  static final int WIDTH = 5;
  static final int HEIGHT = 9;
  private static final Map<Character, List<String>> ROWS = load();

  private Glyphs() {}

  /** Whether the pixel of {@code c} in column {@code x} and row {@code y} is set. */
  static boolean isSet(char c, int x, int y) {
    if (c == ' ') {
      return false;
    }
    List<String> rows = ROWS.getOrDefault(c, ROWS.get('?'));
    return rows != null && rows.get(y).charAt(x) == '#';
  }

  /** The file has bands: a line of characters, then their rows side by side. */
  private static Map<Character, List<String>> load() {
    try (InputStream in = Objects.requireNonNull(Glyphs.class.getResourceAsStream("glyphs.txt"))) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      Map<Character, List<String>> rows = new HashMap<>();
      for (int band = 0; band < lines.size(); band += 1 + HEIGHT) {
        String characters = lines.get(band);
        for (int i = 0; i < characters.length(); i++) {
          int from = i * (WIDTH + 1);
          rows.put(
              characters.charAt(i),
              lines.subList(band + 1, band + 1 + HEIGHT).stream()
                  .map(row -> row.substring(from, from + WIDTH))
                  .toList());
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
