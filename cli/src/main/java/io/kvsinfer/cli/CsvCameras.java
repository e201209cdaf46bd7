package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.cli.CsvTable.CsvException;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.settings.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cameras as a spreadsheet has them: a row each, under a header of settings as {@code id}, {@code
 * stream_name}, {@code fps_target}, {@code playback.mode} or {@code tags.site}. A cell of {@code
 * detectors} holds types with semicolons between them; an empty cell says nothing. After that they
 * take the path of a settings file.
 */
final class CsvCameras {
  private static final ObjectMapper TREES = new ObjectMapper();
  private static final Pattern COLUMN = Pattern.compile("[a-z_]+(\\.[A-Za-z0-9_-]+)*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,9})?");
  private static final Pattern PLACE = Pattern.compile("cameras\\[([0-9]+)]\\.?(.*)");
  private static final Pattern OTHER = Pattern.compile("cameras\\[([0-9]+)]\\.?");

  /** What a settings file may be told of its quotes, which a spreadsheet does not have. */
  private static final String QUOTES =
      ", not text: write it without quotes, in a table item with the type N";

  /** Columns that are text whatever they look like. */
  private static final Set<String> TEXT =
      Set.of("id", "name", "camera_id", "stream_name", "kvs_stream_name", "stream_arn", "region");

  private CsvCameras() {}

  /** Reads them; what is wrong is named by line and column. */
  static Verdict<Settings> read(String text) {
    try {
      return read(CsvTable.read(text).rows());
    } catch (CsvException e) {
      return refused(String.valueOf(e.getMessage()), "");
    }
  }

  private static Verdict<Settings> read(List<CsvTable.Row> rows) {
    if (rows.isEmpty()) {
      return refused("", "is empty: the first line must name settings, as id,stream_name");
    }
    List<String> columns = rows.getFirst().fields();
    if (columns.size() == 1 && columns.getFirst().contains(";")) {
      return refused("line 1", "has semicolons between its columns: save the table with commas");
    }
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!COLUMN.matcher(column).matches() || !seen.add(column)) {
        return refused(
            "line 1, column \"" + column + "\"",
            "must be the name of a setting, as fps_target or playback.mode, and stand once");
      }
    }
    ObjectNode file = TREES.createObjectNode().put("schema", 1);
    ArrayNode cameras = file.putArray("cameras");
    List<Integer> lines = new ArrayList<>();
    for (CsvTable.Row row : rows.subList(1, rows.size())) {
      if (row.fields().size() != columns.size()) {
        return refused(
            "line " + row.line(),
            "has " + row.fields().size() + " fields, the header has " + columns.size());
      }
      ObjectNode camera = cameras.addObject();
      lines.add(row.line());
      for (int i = 0; i < columns.size(); i++) {
        if (!put(camera, columns.get(i), row.fields().get(i))) {
          return refused(
              "line " + row.line() + ", " + columns.get(i),
              "stands beside a column that is a part of it, or that it is a part of");
        }
      }
    }
    return byLine(SettingsReader.read(file.toString()), lines);
  }

  private static boolean put(ObjectNode camera, String column, String cell) {
    if (cell.isEmpty()) {
      return true;
    }
    if (column.equals("detectors")) {
      ArrayNode detectors = camera.putArray(column);
      for (String type : cell.split(";", -1)) {
        detectors.addObject().put("type", type.strip());
      }
      return true;
    }
    String[] path = column.split("\\.", -1);
    ObjectNode section = camera;
    for (int i = 0; i + 1 < path.length; i++) {
      if (section.has(path[i]) && !section.get(path[i]).isObject()) {
        return false;
      }
      section = section.withObjectProperty(path[i]);
    }
    String key = path[path.length - 1];
    if (section.has(key)) {
      return false;
    }
    if (TEXT.contains(column) || path[0].equals("tags")) {
      section.put(key, cell);
    } else if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
      // Spreadsheets write them in capitals.
      section.put(key, cell.equalsIgnoreCase("true"));
    } else if (NUMBER.matcher(cell).matches()) {
      section.put(key, new BigDecimal(cell));
    } else {
      section.put(key, cell);
    }
    return true;
  }

  private static Verdict<Settings> byLine(Verdict<Settings> verdict, List<Integer> lines) {
    return switch (verdict) {
      case Verdict.Accepted<Settings> accepted -> accepted;
      case Verdict.Refused<Settings> refused ->
          new Verdict.Refused<>(
              refused.violations().stream()
                  .map(v ->
                      new Violation(place(v.path(), lines), v.value(), message(v.message(), lines)))
                  .toList());
    };
  }

  private static String place(String path, List<Integer> lines) {
    Matcher matcher = PLACE.matcher(path);
    if (!matcher.matches()) {
      return path;
    }
    String line = "line " + lines.get(Integer.parseInt(matcher.group(1)));
    return matcher.group(2).isEmpty() ? line : line + ", " + matcher.group(2);
  }

  private static String message(String message, List<Integer> lines) {
    return OTHER
        .matcher(message.replace(QUOTES, ""))
        .replaceAll(m -> "line " + lines.get(Integer.parseInt(m.group(1))) + ", ");
  }

  private static Verdict<Settings> refused(String path, String message) {
    return new Verdict.Refused<>(List.of(new Violation(path, "", message)));
  }
}
