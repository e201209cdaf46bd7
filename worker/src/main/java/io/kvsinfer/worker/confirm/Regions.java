package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.RegionAnchor;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.util.List;

/**
 * The regions of one detector. An object must stand in an include region, if there are any, and in
 * no exclude region. It stands in a region that holds its anchor, which is the middle of its box's
 * lower edge unless the settings say otherwise, or in one that covers enough of its box. What has
 * its middle in a mask never counts, whichever regions the detector names.
 */
final class Regions {
  private final List<RegionSettings> include;
  private final List<RegionSettings> exclude;
  private final List<RegionSettings> masks;

  private final RegionAnchor anchor;
  private final double overlap;

  /**
   * @param camera regions of the camera
   * @param detector names those it is limited to; none = all of the camera
   */
  Regions(List<RegionSettings> camera, DetectorSettings detector) {
    List<String> names = detector.regions();
    anchor = detector.regionAnchor();
    overlap = detector.regionOverlap();
    include = of(camera, names, Kind.INCLUDE);
    exclude = of(camera, names, Kind.EXCLUDE);
    masks = of(camera, List.of(), Kind.MASK);
  }

  /** Whether an object with this box, 0..1 of the picture, counts. */
  boolean count(Box box) {
    return (include.isEmpty() || include.stream().anyMatch(r -> stands(box, r.polygon())))
        && exclude.stream().noneMatch(r -> stands(box, r.polygon()))
        && masks.stream().noneMatch(r -> r.polygon().contains(box.center()));
  }

  /** Names of the include regions it stands in, in the order of the settings. */
  List<String> names(Box box) {
    return include.stream()
        .filter(r -> stands(box, r.polygon()))
        .map(RegionSettings::name)
        .toList();
  }

  private boolean stands(Box box, Polygon region) {
    return switch (anchor) {
      case BOTTOM_CENTER -> region.contains(foot(box));
      case CENTER -> region.contains(box.center());
      case OVERLAP -> region.share(box) >= overlap;
    };
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
