package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object in one frame.
 *
 * @param confidence 0..1
 * @param box pixels of the frame, clipped to it
 * @param corners of a plate: top-left, top-right, bottom-right, bottom-left in pixels of the frame;
 *     empty where the model has none
 * @param reading of a plate; null where nobody tried to read
 */
public record Detection(
    String label, double confidence, Box box, List<Point> corners, @Nullable PlateReading reading) {
  public Detection {
    corners = List.copyOf(corners);
  }

  /** An object of which nothing was read. */
  public Detection(String label, double confidence, Box box, List<Point> corners) {
    this(label, confidence, box, corners, null);
  }

  /** The same object under another label. */
  public Detection labelled(String other) {
    return new Detection(other, confidence, box, corners, reading);
  }

  /** The same object, read. */
  public Detection read(PlateReading read) {
    return new Detection(label, confidence, box, corners, read);
  }
}
