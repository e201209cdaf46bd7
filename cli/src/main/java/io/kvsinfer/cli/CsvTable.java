package io.kvsinfer.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values as RFC 4180 has them: quoted fields may hold commas, line ends and doubled
 * quotes. Lines of nothing are left out.
 *
 * @param rows the first is the header
 */
record CsvTable(List<Row> rows) {
  CsvTable {
    rows = List.copyOf(rows);
  }

  /**
   * One row.
   *
   * @param line of the file it begins on, from 1
   */
  record Row(int line, List<String> fields) {
    Row {
      fields = List.copyOf(fields);
    }
  }

  /**
   * Reads a table.
   *
   * @throws CsvException naming the line
   */
  static CsvTable read(String text) throws CsvException {
    return new Reading(text.startsWith("\uFEFF") ? text.substring(1) : text).table();
  }

  /** What is no table. */
  static final class CsvException extends Exception {
    private static final long serialVersionUID = 1L;

    CsvException(int line, String problem) {
      super("line " + line + ": " + problem);
    }
  }

  private static final class Reading {
    private final String text;
    private final List<Row> rows = new ArrayList<>();
    private int at;
    private int line = 1;

    Reading(String text) {
      this.text = text;
    }

    CsvTable table() throws CsvException {
      while (at < text.length()) {
        int begun = line;
        List<String> fields = row();
        if (fields.size() > 1 || !fields.getFirst().isBlank()) {
          rows.add(new Row(begun, fields));
        }
      }
      return new CsvTable(rows);
    }

    private List<String> row() throws CsvException {
      List<String> fields = new ArrayList<>();
      while (true) {
        fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
        if (at >= text.length()) {
          return fields;
        }
        char next = text.charAt(at++);
        if (next == '\r' && at < text.length() && text.charAt(at) == '\n') {
          next = text.charAt(at++);
        }
        if (next != ',') {
          line++;
          return fields;
        }
      }
    }

    private String plain() {
      int from = at;
      while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at).strip();
    }

    private String quoted() throws CsvException {
      int begun = line;
      StringBuilder field = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c != '"') {
          line += c == '\n' ? 1 : 0;
          field.append(c);
        } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
          field.append('"');
          at++;
        } else {
          at++;
          if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            throw new CsvException(line, "after a closing quote must come a comma or a line end");
          }
          return field.toString();
        }
      }
      throw new CsvException(begun, "a quote is not closed");
    }
  }
}
