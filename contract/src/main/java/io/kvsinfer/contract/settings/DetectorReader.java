package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.settings.CameraReader.Origin;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the detectors of a camera. */
final class DetectorReader {
  private static final List<String> OWN_TYPES = List.of("weapon", "fire_smoke", "alpr", "objects");
  private static final Map<String, RegionAnchor> ANCHORS =
      PlaybackReader.byName(RegionAnchor.values(), a -> a.name().toLowerCase(Locale.ROOT));
  private static final int MOST_DETECTORS = 50;
  private static final int MOST_LABELS = 1000;

  private final Origin origin;
  private final Map<String, Kind> regions;
  private final Findings findings;
  private final Set<String> names = new HashSet<>();

  /**
   * A reader for one camera.
   *
   * @param regions kinds of the camera's regions by name
   */
  DetectorReader(Origin origin, Map<String, Kind> regions, Findings findings) {
    this.origin = origin;
    this.regions = regions;
    this.findings = findings;
  }

  List<DetectorSettings> read(Section camera) {
    List<DetectorSettings> detectors = new ArrayList<>();
    for (Tree element : camera.list("detectors", MOST_DETECTORS)) {
      if (element instanceof Tree.Fields fields) {
        detectors.add(detector(new Section(fields, findings)));
      } else {
        findings.refuse(element, "must be a map with at least a type");
      }
    }
    return detectors;
  }

  private DetectorSettings detector(Section section) {
    String type = type(section);
    String name = section.text("name", TextForm.NAME, type);
    if (!names.add(name)) {
      section.refuse(
          "name", "must be unique in the camera: another detector is called " + name + " too");
    }
    DetectorSettings read =
        new DetectorSettings(
            type,
            name,
            section.flag("enabled", true),
            model(section),
            confidence(section),
            Values.names(section.list("labels", MOST_LABELS), "label", findings),
            regions(section),
            confirm(section.section("confirm")),
            section.number("min_area", Range.SHARE, 0),
            section.number("min_duration_seconds", Range.of(0, 3600), 0),
            section.number("cooldown_seconds", Range.of(0, 86_400), 60),
            params(section));
    section.end();
    return read;
  }

  private String type(Section section) {
    if (!section.has("type")) {
      section.refuse(
          "type", "is missing: must be " + String.join(", ", OWN_TYPES) + " or a type of your own");
    }
    String type = section.text("type", TextForm.NAME);
    if (type == null) {
      return "refused";
    }
    if (!OWN_TYPES.contains(type)) {
      Nearest.of(type, OWN_TYPES)
          .ifPresent(near ->
              findings.notice(
                  section.path("type")
                      + ": "
                      + type
                      + " is not "
                      + near
                      + "; a detector of your own must be called so"));
    }
    return type;
  }

  private @Nullable String model(Section section) {
    Tree value = section.take("model");
    if (value == null) {
      return null;
    }
    if (value instanceof Tree.Text text && isPath(text.value())) {
      if (origin == Origin.ITEM) {
        findings.refuse(
            value, "must be a model's name in the manifest; a path is for settings files only");
        return null;
      }
      return Values.text(value, TextForm.MODEL_PATH, findings);
    }
    return Values.text(value, TextForm.MODEL, findings);
  }

  /** Whether a model is given by its file rather than by its name in the manifest. */
  static boolean isPath(String model) {
    return model.contains("/") || model.contains("\\") || model.endsWith(".onnx");
  }

  private ConfidenceThreshold confidence(Section section) {
    Tree value = section.take("confidence_threshold");
    if (value == null) {
      return ConfidenceThreshold.unset();
    }
    if (!(value instanceof Tree.Fields byLabel)) {
      BigDecimal number = Values.number(value, Range.SHARE, findings);
      return new ConfidenceThreshold(number == null ? null : number.doubleValue(), Map.of());
    }
    Map<String, Double> thresholds = new LinkedHashMap<>();
    Double others = null;
    for (Map.Entry<String, Tree> entry : byLabel.entries().entrySet()) {
      BigDecimal number = Values.number(entry.getValue(), Range.SHARE, findings);
      boolean all = entry.getKey().equals(ConfidenceThreshold.OTHER_LABELS);
      if (!all && !TextForm.NAME.matches(entry.getKey())) {
        findings.refuse(
            Paths.child(byLabel.path(), entry.getKey()), "is no label: " + TextForm.NAME.allowed());
      } else if (number != null && all) {
        others = number.doubleValue();
      } else if (number != null) {
        thresholds.put(entry.getKey(), number.doubleValue());
      }
    }
    return new ConfidenceThreshold(others, thresholds);
  }

  private List<String> regions(Section section) {
    List<Tree> elements = section.list("regions", MOST_LABELS);
    for (Tree element : elements) {
      if (element instanceof Tree.Text name && TextForm.NAME.matches(name.value())) {
        Kind kind = regions.get(name.value());
        if (kind == null) {
          findings.refuse(element, noSuchRegion(name.value()));
        } else if (kind == Kind.MASK) {
          findings.refuse(element, "is a mask, which holds for every detector: leave it out here");
        }
      }
    }
    return Values.names(elements, "region", findings);
  }

  private String noSuchRegion(String name) {
    if (regions.isEmpty()) {
      return "must be a region of this camera, which has none";
    }
    return "must be a region of this camera: "
        + String.join(", ", regions.keySet())
        + Nearest.of(name, regions.keySet()).map(n -> "; did you mean " + n + "?").orElse("");
  }

  private ConfirmSettings confirm(Section section) {
    ConfirmSettings defaults = ConfirmSettings.defaults();
    int hits = section.whole("hits", Range.of(1, 1000), defaults.hits());
    int window = section.whole("window", Range.of(1, 1000), defaults.window());
    section.end();
    if (hits > window) {
      section.refuse(
          section.has("hits") ? "hits" : "window",
          "hits is %d, must not be more than window, which is %d".formatted(hits, window));
    }
    return new ConfirmSettings(hits, window);
  }

  /** What may stand in a table comes from others than those whose files these are. */
  private void refuseFiles(Tree.Fields params) {
    Tree reader = params.entries().get("reader");
    if (reader instanceof Tree.Text text && isPath(text.value())) {
      findings.refuse(
          reader, "must be a model's name in the manifest; a path is for settings files only");
    }
    Tree charset = params.entries().get("reader_charset");
    if (charset != null) {
      findings.refuse(
          charset,
          "is for settings files only; the manifest or the model's metadata hold the characters");
    }
  }

  /** Parameters are the detector's own; those that all detectors share are checked here. */
  private Map<String, Object> params(Section section) {
    Tree.Fields fields = section.map("params");
    if (origin == Origin.ITEM) {
      refuseFiles(fields);
    }
    Section params = new Section(fields, findings);
    params.whole("skip_frames", Range.of(0, 1000), 0);
    params.whole("batch_size", Range.of(1, 256), 1);
    params.text("model_size", TextForm.WORD);
    params.text("layout", TextForm.WORD);
    params.flag("plate_text_in_alerts", false);
    RegionAnchor anchor = params.choice("region_anchor", ANCHORS, RegionAnchor.BOTTOM_CENTER);
    params.number("region_overlap", Range.above(0, 1), 0.5);
    if (params.has("region_overlap") && anchor != RegionAnchor.OVERLAP) {
      findings.notice(
          params.path("region_overlap") + ": has no effect without region_anchor: overlap");
    }
    return Values.freeMap(fields, findings);
  }
}
