package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a detection model once its file is looked at.
 *
 * @param frame size and arrangement of its input
 * @param picture what it wants the picture to be; null where the layout is unclear
 * @param sides inputs beside the picture
 * @param layout how its output is read, or why it cannot be
 * @param labels by class index; empty where the layout is unclear
 * @param labelsFrom settings, manifest, metadata, or that nothing was said
 * @param anchors of a head before its decoder; null of other layouts
 */
public record ModelReading(
    ModelDescription model,
    PictureFrame frame,
    @Nullable PictureInput picture,
    SideInputs sides,
    Reading layout,
    List<String> labels,
    String labelsFrom,
    @Nullable Anchors anchors) {
  public ModelReading {
    labels = List.copyOf(labels);
  }

  /**
   * Looks at an opened model; one that leaves its output shape open, or whose shapes fit several
   * layouts, is run once on a grey picture.
   *
   * @param params of the detector, as settings have them: {@code layout}, {@code names}, …
   * @throws io.kvsinfer.worker.detect.DetectorException where the input is not that of a detector
   *     of pictures, or a value of {@code params} is wrong
   */
  public static ModelReading of(Network network, Map<String, Object> params) {
    return ModelInspection.of(network, YoloParams.of(params));
  }

  /** Width of the input in pixels. */
  public int width() {
    return frame.width();
  }

  /** Height of the input in pixels. */
  public int height() {
    return frame.height();
  }

  /** Pictures that one run takes, where the model fixes it; else 1. */
  int batch() {
    return frame.batch();
  }

  /** What was decided and by what, as {@code models inspect} shows it. */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("width", width());
    facts.put("height", height());
    switch (layout) {
      case Clear clear -> {
        facts.put("layout", clear.layout().id());
        facts.put("told_by", clear.why());
        if (picture != null) {
          facts.put("picture", picture.toString());
          facts.put("picture_from", picture.why());
        }
        if (anchors != null) {
          facts.put("anchors", anchors.numbers());
        }
        facts.put("classes", labels);
        facts.put("classes_from", labelsFrom);
        facts.put("unclear", List.of());
      }
      case Unclear unclear -> {
        facts.put("classes", List.of());
        facts.put("unclear", List.of(unclear.why()));
        facts.put("choices", unclear.choices().stream().map(Layout::id).toList());
      }
    }
    return facts;
  }
}
