package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.state.PlateVotes.Vote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The text that several readings agree on. The reading nearest to all others is the frame of
 * reference; each reading is aligned with it, and its characters vote in the columns they fall
 * into, also on whether there is a character at all.
 *
 * @param confidence how sure its characters are and how many agree with them, 0..1, to four places
 */
public record Consensus(String text, double confidence) {
  /** A reading that has no character in a column votes for this. */
  private static final char NOTHING = 0;

  static Optional<Consensus> of(List<Vote> votes) {
    return votes.isEmpty()
        ? Optional.empty()
        : Optional.of(voted(votes, reference(votes))).filter(c -> !c.text().isEmpty());
  }

  /** The least sum of weighted distances; of equals the weightiest, which stands first. */
  private static String reference(List<Vote> votes) {
    String best = votes.getFirst().text();
    double least = Double.POSITIVE_INFINITY;
    for (Vote candidate : votes) {
      double sum = 0;
      for (Vote other : votes) {
        sum += other.weight() * PlateText.distance(candidate.text(), other.text());
      }
      if (sum < least) {
        least = sum;
        best = candidate.text();
      }
    }
    return best;
  }

  private static Consensus voted(List<Vote> votes, String reference) {
    // Column 2i + 1 is the reference's character i, column 2i what is missing before it.
    List<Map<Character, double[]>> columns = new ArrayList<>();
    for (int i = 0; i <= 2 * reference.length(); i++) {
      columns.add(new TreeMap<>());
    }
    double total = 0;
    for (Vote vote : votes) {
      total += vote.weight();
      int[] taken = aligned(reference, vote.text());
      for (int column = 0; column < taken.length; column++) {
        int at = taken[column];
        char c = at < 0 ? NOTHING : vote.text().charAt(at);
        double confidence = at < 0 ? 0 : vote.confidences().get(at);
        double[] sums = columns.get(column).computeIfAbsent(c, k -> new double[2]);
        sums[0] += vote.weight();
        sums[1] += vote.weight() * confidence;
      }
    }
    StringBuilder text = new StringBuilder();
    double sure = 0;
    for (Map<Character, double[]> column : columns) {
      char winner = NOTHING;
      double most = 0;
      for (Map.Entry<Character, double[]> entry : column.entrySet()) {
        if (entry.getValue()[0] > most) {
          most = entry.getValue()[0];
          winner = entry.getKey();
        }
      }
      double[] sums = column.get(winner);
      if (winner != NOTHING && sums != null) {
        text.append(winner);
        sure += sums[1] / total;
      }
    }
    double mean = text.isEmpty() ? 0 : sure / text.length();
    return new Consensus(text.toString(), Math.round(Math.min(1, mean) * 1e4) / 1e4);
  }

  /**
   * Which character of {@code text} falls into each column, -1 for none. Of several characters
   * missing in one place of the reference, the first counts.
   */
  private static int[] aligned(String reference, String text) {
    int n = reference.length();
    int m = text.length();
    int[][] cost = new int[n + 1][m + 1];
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
        } else {
          cost[i][j] =
              Math.min(
                  cost[i - 1][j - 1] + replaced(reference, text, i, j),
                  1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        }
      }
    }
    int[] taken = new int[2 * n + 1];
    Arrays.fill(taken, -1);
    int i = n;
    int j = m;
    while (i > 0 || j > 0) {
      if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + replaced(reference, text, i, j)) {
        taken[2 * i - 1] = j - 1;
        i--;
        j--;
      } else if (i > 0 && cost[i][j] == cost[i - 1][j] + 1) {
        i--;
      } else {
        taken[2 * i] = j - 1;
        j--;
      }
    }
    return taken;
  }

  private static int replaced(String reference, String text, int i, int j) {
    return reference.charAt(i - 1) == text.charAt(j - 1) ? 0 : 1;
  }

  /** Without the text, which stays out of logs. */
  @Override
  public String toString() {
    return "Consensus[characters=%d, confidence=%s]".formatted(text.length(), confidence);
  }
}
