package io.kvsinfer.worker.sample;

import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in the picture motion counts: where an object could stand that some detector would count.
 * Not behind a mask, not where every detector excludes, and where all detectors keep to include
 * regions, not outside of these. An object that stands in a region moves there too, with the part
 * it stands on, so regions need no margin but the cells their edges pass.
 */
public final class MotionZone {
  private static final int SUBDIVISION = 4;

  private final List<Polygon> masks;
  private final List<Lane> lanes;

  private record Lane(List<Polygon> include, List<Polygon> exclude) {
    boolean counts(Point point) {
      return (include.isEmpty() || include.stream().anyMatch(r -> r.contains(point)))
          && exclude.stream().noneMatch(r -> r.contains(point));
    }
  }

  private MotionZone(List<Polygon> masks, List<Lane> lanes) {
    this.masks = masks;
    this.lanes = lanes;
  }

  /** The whole picture. */
  public static MotionZone everywhere() {
    return new MotionZone(List.of(), List.of());
  }

  /** For the masks and the enabled detectors of a camera. */
  public static MotionZone of(CameraSettings camera) {
    List<Lane> lanes = new ArrayList<>();
    for (DetectorSettings detector : camera.detectors()) {
      if (detector.enabled()) {
        lanes.add(
            new Lane(
                polygons(camera, Kind.INCLUDE, detector.regions()),
                polygons(camera, Kind.EXCLUDE, detector.regions())));
      }
    }
    return new MotionZone(polygons(camera, Kind.MASK, List.of()), lanes);
  }

  private static List<Polygon> polygons(CameraSettings camera, Kind kind, List<String> names) {
    return camera.regions().stream()
        .filter(r -> r.kind() == kind && (names.isEmpty() || names.contains(r.name())))
        .map(RegionSettings::polygon)
        .toList();
  }

  /** The cells in which motion counts, row by row. */
  boolean[] cells(MotionPicture size) {
    boolean[] counting = new boolean[size.cells()];
    for (int i = 0; i < counting.length; i++) {
      counting[i] = counts(i % size.width(), i / size.width(), size);
    }
    return counting;
  }

  private boolean counts(int column, int row, MotionPicture size) {
    for (int part = 0; part < SUBDIVISION * SUBDIVISION; part++) {
      int right = part % SUBDIVISION;
      int down = part / SUBDIVISION;
      double x = (column + (right + 0.5) / SUBDIVISION) / size.width();
      double y = (row + (down + 0.5) / SUBDIVISION) / size.height();
      Point point = new Point(x, y);
      if (masks.stream().noneMatch(m -> m.contains(point))
          && (lanes.isEmpty() || lanes.stream().anyMatch(l -> l.counts(point)))) {
        return true;
      }
    }
    return false;
  }
}
