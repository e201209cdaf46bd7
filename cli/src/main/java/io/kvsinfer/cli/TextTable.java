package io.kvsinfer.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text under headings, columns as wide as their widest cell. */
final class TextTable {
  private static final int GAP = 2;

  /** More than any name may have: one row that nobody can have meant must not widen all others. */
  static final int WIDEST = 100;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /**
   * Adds a row; what could steer a terminal is taken out of its cells, and all but the last cut.
   */
  void add(String... cells) {
    List<String> row = new ArrayList<>(Arrays.stream(cells).map(Printable::of).toList());
    for (int i = 0; i + 1 < row.size(); i++) {
      row.set(i, Printable.cut(row.get(i), WIDEST));
    }
    rows.add(row);
  }

  void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
