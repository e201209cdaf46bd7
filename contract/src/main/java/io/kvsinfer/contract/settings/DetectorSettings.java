package io.kvsinfer.contract.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One detector of a camera.
 *
 * @param type {@code weapon}, {@code fire_smoke}, {@code alpr}, {@code objects} or a user's own
 * @param name unique in the camera; the type unless given
 * @param model name in the manifest; a path only in files; null = the manifest's default for the
 *     type
 * @param confidence thresholds
 * @param labels only these labels count; empty = all of the model
 * @param regions names of regions this detector is limited to or excluded from; empty = all
 * @param minArea least area of a box as a share of the picture, 0..1
 * @param minDurationSeconds an object must have been seen this long before an incident opens
 * @param cooldownSeconds after an incident closed, the same object opens none for so long
 * @param params detector-specific values, JSON-like: String, Double, Long, Boolean, List, Map
 */
public record DetectorSettings(
    String type,
    String name,
    boolean enabled,
    @Nullable String model,
    ConfidenceThreshold confidence,
    List<String> labels,
    List<String> regions,
    ConfirmSettings confirm,
    double minArea,
    double minDurationSeconds,
    double cooldownSeconds,
    Map<String, Object> params) {
  public DetectorSettings {
    labels = List.copyOf(labels);
    regions = List.copyOf(regions);
    params = Map.copyOf(params);
  }

  /** What decides whether an object is in a region. */
  public RegionAnchor regionAnchor() {
    return params.get("region_anchor") instanceof String s
        ? RegionAnchor.valueOf(s.toUpperCase(Locale.ROOT))
        : RegionAnchor.BOTTOM_CENTER;
  }

  /** Least share of a box inside of a region, above 0, at most 1, for {@code OVERLAP}. */
  public double regionOverlap() {
    return params.get("region_overlap") instanceof Number n ? n.doubleValue() : 0.5;
  }

  /** Every (n+1)-th looked-at frame is given to this detector. */
  public int skipFrames() {
    return params.get("skip_frames") instanceof Number n ? n.intValue() : 0;
  }
}
