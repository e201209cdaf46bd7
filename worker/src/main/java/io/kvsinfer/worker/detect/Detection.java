package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import java.util.List;

/**
 * One object in one frame.
 *
 * @param confidence 0..1
 * @param box pixels of the frame, clipped to it
 * @param corners of a plate: top-left, top-right, bottom-right, bottom-left in pixels of the frame;
 *     empty where the model has none
 */
public record Detection(String label, double confidence, Box box, List<Point> corners) {
  public Detection {
    corners = List.copyOf(corners);
  }
}
