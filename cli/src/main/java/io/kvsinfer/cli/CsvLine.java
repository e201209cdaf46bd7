package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.StringJoiner;

/** Lines of CSV (RFC 4180) that a spreadsheet takes for values, never for formulas. */
final class CsvLine {
  /** Column names and where their values stand in the JSON of an incident. */
  static final List<String> INCIDENT =
      List.of(
          "incident_id",
          "camera_id",
          "detector",
          "type",
          "label",
          "phase",
          "sequence",
          "started_at",
          "captured_at",
          "ended_at",
          "evidence.confidence",
          "evidence.captured_at",
          "evidence.box.x",
          "evidence.box.y",
          "evidence.box.width",
          "evidence.box.height",
          "evidence.fragment_number",
          "evidence.snapshot.bucket",
          "evidence.snapshot.key",
          "regions",
          "plate.text",
          "plate.confidence",
          "plate.country",
          "plate.list",
          "late",
          "settings_revision");

  /** The same of an event. */
  static final List<String> EVENT =
      List.of(
          "event_id",
          "incident_id",
          "camera_id",
          "detector",
          "type",
          "label",
          "phase",
          "sequence",
          "started_at",
          "captured_at",
          "ended_at",
          "confidence",
          "box.x",
          "box.y",
          "box.width",
          "box.height",
          "fragment_number",
          "fragment_offset_ms",
          "snapshot.bucket",
          "snapshot.key",
          "regions",
          "plate.text",
          "plate.confidence",
          "plate.country",
          "plate.list",
          "late",
          "settings_revision");

  private CsvLine() {}

  /** The values of these columns. */
  static String of(JsonNode tree, List<String> columns) {
    StringJoiner line = new StringJoiner(",");
    for (String column : columns) {
      line.add(cell(tree.at("/" + column.replace('.', '/'))));
    }
    return line.toString();
  }

  private static String cell(JsonNode value) {
    if (value.isArray()) {
      StringJoiner joined = new StringJoiner(" ");
      value.forEach(element -> joined.add(element.asText()));
      return quoted(joined.toString());
    }
    return value.isTextual() ? quoted(value.textValue()) : value.asText("");
  }

  private static String quoted(String text) {
    String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }
}
