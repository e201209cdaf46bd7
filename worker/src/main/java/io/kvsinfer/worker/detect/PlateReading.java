package io.kvsinfer.worker.detect;

import java.util.List;

/**
 * What a reader made of one plate in one frame.
 *
 * @param text letters and digits as read, without separators; empty where nothing could be read
 * @param confidences of its characters (of its {@code char}s), 0..1
 * @param weight what it counts in a vote, at least 0: larger and surer readings count more
 */
public record PlateReading(String text, List<Double> confidences, double weight) {
  /** Nothing was read. */
  public static final PlateReading NONE = new PlateReading("", List.of(), 0);

  public PlateReading {
    confidences = List.copyOf(confidences);
    if (confidences.size() != text.length() || !(weight >= 0)) {
      throw new IllegalArgumentException(
          "a reading of %d characters with %d confidences and weight %s"
              .formatted(text.length(), confidences.size(), weight));
    }
  }

  /** Mean confidence of its characters, 0..1; 0 where nothing was read. */
  public double confidence() {
    return confidences.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** Without the text, which stays out of logs. */
  @Override
  public String toString() {
    return "PlateReading[characters=%d, weight=%s]".formatted(text.length(), weight);
  }
}
