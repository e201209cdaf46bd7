package io.kvsinfer.worker.confirm;

import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.detect.Detection;
import java.util.List;

/**
 * What one detector saw in one looked-at frame.
 *
 * @param time of the frame
 * @param width of the frame in pixels
 * @param height likewise
 * @param detections boxes in pixels of the frame
 * @param faint likewise, too faint to count: what is known is followed by them
 */
public record Look(
    FrameTime time, int width, int height, List<Detection> detections, List<Detection> faint) {
  public Look {
    detections = List.copyOf(detections);
    faint = List.copyOf(faint);
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          "frame of %d x %d pixels: both must be greater than 0".formatted(width, height));
    }
  }

  /** A frame in which everything counts. */
  public Look(FrameTime time, int width, int height, List<Detection> detections) {
    this(time, width, height, detections, List.of());
  }
}
