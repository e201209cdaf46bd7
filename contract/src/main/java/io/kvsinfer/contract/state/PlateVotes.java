package io.kvsinfer.contract.state;

import java.util.List;

/**
 * What has been read of one vehicle's plate so far, so that a successor goes on voting.
 *
 * @param reads how many readings voted
 * @param votes the weightiest of them
 */
public record PlateVotes(int reads, List<Vote> votes) {
  public PlateVotes {
    votes = List.copyOf(votes);
  }

  /** Says how many, never what: plate text stays out of logs. */
  @Override
  public String toString() {
    return "PlateVotes[reads=%d]".formatted(reads);
  }

  /**
   * One reading.
   *
   * @param text as read
   * @param confidences of its characters, 0..1
   * @param weight above 0
   */
  public record Vote(String text, List<Double> confidences, double weight) {
    public Vote {
      confidences = List.copyOf(confidences);
      if (confidences.size() != text.length() || !(weight > 0)) {
        throw new IllegalArgumentException(
            "a vote of %d characters with %d confidences and weight %s"
                .formatted(text.length(), confidences.size(), weight));
      }
    }

    @Override
    public String toString() {
      return "Vote[characters=%d, weight=%s]".formatted(text.length(), weight);
    }
  }
}
