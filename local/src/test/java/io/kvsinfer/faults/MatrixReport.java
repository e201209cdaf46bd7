package io.kvsinfer.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of the matrix in a file: a line for each scenario that was played, also in an earlier
 * run, so that a long matrix may be played in parts.
 */
final class MatrixReport {
  private static final String HEAD =
      "| what goes wrong | cameras | times | incidents | lost | doubled | alerts lost | alerts"
          + " repeated | fenced | back after | |\n|---|---|---|---|---|---|---|---|---|---|---|\n";

  private final Path file;
  private final List<String> order;
  private final Map<String, String> lines = new LinkedHashMap<>();

  /**
   * Reads what stands there.
   *
   * @param order names of the scenarios; a line of another one is left out
   */
  MatrixReport(Path file, List<String> order) throws IOException {
    this.file = file;
    this.order = order;
    for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      order.stream()
          .filter(name -> line.startsWith("| " + name + " |"))
          .forEach(name -> lines.put(name, line));
    }
  }

  /** Whether a scenario was played before and held. */
  boolean holds(String name) {
    return Optional.ofNullable(lines.get(name))
        .filter(line -> line.endsWith("| holds |"))
        .isPresent();
  }

  void add(Scenario.Outcome o) throws IOException {
    History h = o.history();
    write(
        o.name(),
        "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %s | %s |"
            .formatted(
                o.name(),
                o.cameras(),
                o.strikes(),
                h.real(),
                h.lost(),
                h.doubled(),
                h.alertsLost(),
                h.alertsRepeated(),
                h.fenced(),
                o.recoveredMillis() == 0 ? "" : "%.1f s".formatted(o.recoveredMillis() / 1e3),
                o.held() ? "holds" : "**broken**"));
  }

  /** A scenario that did not come to its end. */
  void broke(String name, String reason) throws IOException {
    String first = reason.lines().findFirst().orElse("").replace('|', '/');
    write(name, "| %s | | | | | | | | | | **broken**: %s |".formatted(name, first));
  }

  /** What was played stands there even if the next scenario does not end. */
  private void write(String name, String line) throws IOException {
    lines.put(name, line);
    Files.writeString(file, toString());
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder(HEAD);
    order.stream()
        .filter(lines::containsKey)
        .forEach(name -> table.append(lines.get(name)).append('\n'));
    return table.toString();
  }
}
