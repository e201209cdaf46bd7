package io.kvsinfer.worker.track;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs rows with columns so that the sum of scores is as large as can be, each row and column at
 * most once, and only where the score is above 0. The Hungarian method, on each group of rows and
 * columns that compete for each other alone. Ties always fall the same way.
 */
final class Assignment {
  private final double[][] scores;
  private final int columns;
  private final int[] result;

  private Assignment(double[][] scores, int columns) {
    this.scores = scores;
    this.columns = columns;
    this.result = new int[scores.length];
    Arrays.fill(result, -1);
  }

  /**
   * The best pairs.
   *
   * @param scores by row, then column; all rows of {@code columns} numbers
   * @return the column of each row, -1 for none
   */
  static int[] best(double[][] scores, int columns) {
    Assignment assignment = new Assignment(scores, columns);
    boolean[] done = new boolean[scores.length];
    for (int row = 0; row < scores.length; row++) {
      if (!done[row]) {
        assignment.group(row, done);
      }
    }
    return assignment.result;
  }

  /** Solves the group of a row. */
  private void group(int first, boolean[] done) {
    List<Integer> rows = new ArrayList<>(List.of(first));
    List<Integer> taken = new ArrayList<>();
    boolean[] found = new boolean[columns];
    done[first] = true;
    for (int i = 0; i < rows.size(); i++) {
      for (int column = 0; column < columns; column++) {
        if (scores[rows.get(i)][column] > 0 && !found[column]) {
          found[column] = true;
          taken.add(column);
          for (int row = first; row < scores.length; row++) {
            if (scores[row][column] > 0 && !done[row]) {
              done[row] = true;
              rows.add(row);
            }
          }
        }
      }
    }
    if (!taken.isEmpty()) {
      rows.sort(null);
      taken.sort(null);
      solve(rows, taken);
    }
  }

  /** Every row may also stay alone, for which it has a column of its own that scores nothing. */
  private void solve(List<Integer> rows, List<Integer> cols) {
    int n = rows.size();
    int m = cols.size() + n;
    double[] rowPrice = new double[n + 1];
    double[] columnPrice = new double[m + 1];
    int[] rowOf = new int[m + 1];
    for (int row = 1; row <= n; row++) {
      int[] from = new int[m + 1];
      double[] slack = new double[m + 1];
      boolean[] used = new boolean[m + 1];
      Arrays.fill(slack, Double.POSITIVE_INFINITY);
      rowOf[0] = row;
      int at = 0;
      do {
        used[at] = true;
        int next = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int j = 1; j <= m; j++) {
          if (!used[j]) {
            double cost = cost(rows, cols, rowOf[at] - 1, j - 1);
            double reduced = cost - rowPrice[rowOf[at]] - columnPrice[j];
            if (reduced < slack[j]) {
              slack[j] = reduced;
              from[j] = at;
            }
            if (slack[j] < least) {
              least = slack[j];
              next = j;
            }
          }
        }
        for (int j = 0; j <= m; j++) {
          if (used[j]) {
            rowPrice[rowOf[j]] += least;
            columnPrice[j] -= least;
          } else {
            slack[j] -= least;
          }
        }
        at = next;
      } while (rowOf[at] != 0);
      while (at != 0) {
        rowOf[at] = rowOf[from[at]];
        at = from[at];
      }
    }
    for (int j = 1; j <= cols.size(); j++) {
      if (rowOf[j] > 0 && scores[rows.get(rowOf[j] - 1)][cols.get(j - 1)] > 0) {
        result[rows.get(rowOf[j] - 1)] = cols.get(j - 1);
      }
    }
  }

  private double cost(List<Integer> rows, List<Integer> cols, int row, int column) {
    return column < cols.size() ? -Math.max(0, scores[rows.get(row)][cols.get(column)]) : 0;
  }
}
