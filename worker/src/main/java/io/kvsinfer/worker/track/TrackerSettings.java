package io.kvsinfer.worker.track;

/**
 * How a tracker associates.
 *
 * @param minIou least overlap of an observation with where its object should be
 * @param reach how far an object may be from where it should be when boxes do not overlap, in
 *     lengths of its longer side
 * @param firstReach likewise for an object seen once, whose motion is not known yet
 * @param maxSizeRatio largest ratio of the longer sides of object and observation when boxes do not
 *     overlap
 * @param maxLostSeconds an object unseen for longer, and in three frames, is given up
 */
public record TrackerSettings(
    double minIou, double reach, double firstReach, double maxSizeRatio, double maxLostSeconds) {
  public TrackerSettings {
    if (!(minIou > 0 && minIou <= 1)
        || !(reach >= 0)
        || !(firstReach >= 0)
        || !(maxSizeRatio >= 1)
        || !(maxLostSeconds > 0)) {
      throw new IllegalArgumentException(
          "minIou=%s reach=%s firstReach=%s maxSizeRatio=%s maxLostSeconds=%s: 0 < minIou <= 1, reaches >= 0, ratio >= 1, seconds > 0"
              .formatted(minIou, reach, firstReach, maxSizeRatio, maxLostSeconds));
    }
  }

  /** Solid objects that move: vehicles, people, plates, weapons. */
  public static TrackerSettings objects(double maxLostSeconds) {
    return new TrackerSettings(0.15, 1.0, 2.0, 2.0, maxLostSeconds);
  }

  /** Things without a firm outline that stay about where they are: fire and smoke. */
  public static TrackerSettings loose(double maxLostSeconds) {
    return new TrackerSettings(0.05, 1.0, 1.0, 6.0, maxLostSeconds);
  }
}
