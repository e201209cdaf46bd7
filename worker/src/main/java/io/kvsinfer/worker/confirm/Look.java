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
 */
public record Look(FrameTime time, int width, int height, List<Detection> detections) {
  public Look {
    detections = List.copyOf(detections);
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          "frame of %d x %d pixels: both must be greater than 0".formatted(width, height));
    }
  }
}
