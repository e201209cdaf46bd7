package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.util.List;

/**
 * The regions of one detector. An object stands where the middle of its box's lower edge is: inside
 * an include region, if there are any, and inside no exclude region. What has its middle in a mask
 * never counts, whichever regions the detector names.
 */
final class Regions {
  private final List<RegionSettings> include;
  private final List<RegionSettings> exclude;
  private final List<RegionSettings> masks;

  /**
   * @param names of the regions the detector is limited to; empty = all of the camera
   */
  Regions(List<RegionSettings> camera, List<String> names) {
    include = of(camera, names, Kind.INCLUDE);
    exclude = of(camera, names, Kind.EXCLUDE);
    masks = of(camera, List.of(), Kind.MASK);
  }

  /** Whether an object with this box, 0..1 of the picture, counts. */
  boolean count(Box box) {
    Point foot = foot(box);
    return (include.isEmpty() || include.stream().anyMatch(r -> r.polygon().contains(foot)))
        && exclude.stream().noneMatch(r -> r.polygon().contains(foot))
        && masks.stream().noneMatch(r -> r.polygon().contains(box.center()));
  }

  /** Names of the include regions it stands in, in the order of the settings. */
  List<String> names(Box box) {
    Point foot = foot(box);
    return include.stream()
        .filter(r -> r.polygon().contains(foot))
        .map(RegionSettings::name)
        .toList();
  }

  /** A box cut off by the lower edge stands on the edge, which a full-height region holds. */
  private static Point foot(Box box) {
    Point p = box.bottomCenter();
    return new Point(p.x(), Math.min(p.y(), 1 - 1e-9));
  }

  private static List<RegionSettings> of(
      List<RegionSettings> camera, List<String> names, Kind kind) {
    return camera.stream()
        .filter(r -> r.kind() == kind && (names.isEmpty() || names.contains(r.name())))
        .toList();
  }
}
