package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import java.time.Duration;

/** When boxes, 0..1 of the picture, are taken for the same thing. */
final class Nearness {
  private static final double SAME_OBJECT = 0.6;
  private static final double FOUND_AGAIN = 0.2;
  private static final double MAX_SIZE_RATIO = 2;

  private Nearness() {}

  /** Whether {@code b} touches {@code a} grown by half its size on each side, or the other way. */
  static boolean near(Box a, Box b) {
    return grown(a).intersection(b) > 0 || grown(b).intersection(a) > 0;
  }

  /** Two detections of one object in the same frame. */
  static boolean sameObject(Box a, Box b) {
    return a.iou(b) >= SAME_OBJECT;
  }

  /**
   * How likely {@code sight} is the object of an incident that has no live track, 0 = not: by
   * overlap, else within reach of what it may have moved since.
   */
  static double foundAgain(LiveIncident incident, Sight sight) {
    Box last = incident.box();
    double iou = last.iou(sight.box());
    if (iou >= FOUND_AGAIN) {
      return 1 + iou;
    }
    double seconds = Duration.between(incident.lastSeenAt(), sight.at()).toNanos() / 1e9;
    double width = Math.max(last.width(), sight.box().width());
    double height = Math.max(last.height(), sight.box().height());
    double ratio = last.area() / sight.box().area();
    if (!(ratio <= MAX_SIZE_RATIO && ratio >= 1 / MAX_SIZE_RATIO)) {
      return 0;
    }
    double distance =
        Math.hypot(
            (last.center().x() - sight.box().center().x()) / width,
            (last.center().y() - sight.box().center().y()) / height);
    double reach = 1 + Math.clamp(seconds, 0, 1);
    return Math.max(0, 1 - distance / reach);
  }

  private static Box grown(Box box) {
    return new Box(
        box.x() - box.width() / 2, box.y() - box.height() / 2, 2 * box.width(), 2 * box.height());
  }
}
