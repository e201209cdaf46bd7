package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.geometry.Polygon;

/**
 * A named polygon of the picture.
 *
 * @param polygon 0..1 of the picture
 */
public record RegionSettings(String name, Kind kind, Polygon polygon) {
  /** What a region does. */
  public enum Kind {
    /** Only what stands in an include region counts. */
    INCLUDE,
    /** What stands here does not count. */
    EXCLUDE,
    /** Blacked out before anything is detected or stored. */
    MASK
  }
}
