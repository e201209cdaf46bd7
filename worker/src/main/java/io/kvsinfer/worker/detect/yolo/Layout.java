package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a model's output is laid out and, which goes with it, what its input wants to be. {@code N}
 * is the number of predictions, {@code nc} that of classes.
 *
 * <table>
 * <caption>Layouts</caption>
 * <tr><th>name</th><th>models</th><th>output</th><th>input</th></tr>
 * <tr><td>yolov5</td><td>YOLOv5, v7</td><td>[1, N, 5 + nc], 3 predictions a cell</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov8</td><td>YOLOv8, v9, 11, v12</td><td>[1, 4 + nc, N]</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov10</td><td>YOLOv10, 26, end to end</td><td>[1, 300, 6 + points × 2 or 3], no NMS</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolox</td><td>YOLOX</td><td>[1, N, 5 + nc], undecoded grid</td><td>BGR 0..255, top left</td></tr>
 * <tr><td>yolox-decoded</td><td>YOLOX exported with its decoder</td><td>[1, N, 5 + nc], pixels</td><td>BGR 0..255, top left</td></tr>
 * <tr><td>yolov8-rows</td><td>the same, transposed</td><td>[1, N, 4 + nc]</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov8-pose</td><td>with landmarks</td><td>[1, 4 + nc + points × 2 or 3, N]</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov5-face</td><td>with 4 or 5 landmarks</td><td>[1, N, 13 or 15 + nc]</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov7-nms</td><td>YOLOv7 with its suppression</td><td>[rows, 7], picture first</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>detr</td><td>RT-DETR, D-FINE</td><td>[1, N, 4] and [1, N, nc], or [1, N, 4 + nc]</td><td>RGB 0..1, stretched</td></tr>
 * <tr><td>detr-rows</td><td>RT-DETR that keeps the best itself</td><td>[1, 300, 6], 0..1</td><td>RGB 0..1, stretched</td></tr>
 * </table>
 */
public enum Layout {
  YOLOV5(List.of("yolov5", "yolov7", "v5", "v7")),
  YOLOV8(List.of("yolov8", "yolov9", "yolo11", "yolov11", "yolov12", "yolo12", "v8", "v11")),
  END_TO_END(List.of("yolov10", "yolo26", "end2end", "v10", "v26")),
  YOLOX(List.of("yolox")),
  YOLOX_DECODED(List.of("yolox-decoded")),
  YOLOV8_ROWS(List.of("yolov8-rows")),
  YOLOV8_POSE(List.of("yolov8-pose", "yolo11-pose")),
  YOLOV5_FACE(List.of("yolov5-face")),
  YOLOV7_NMS(List.of("yolov7-nms")),
  DETR(List.of("detr", "rtdetr", "rt-detr", "d-fine")),
  DETR_ROWS(List.of("detr-rows"));

  @SuppressWarnings("ImmutableEnumChecker") // from List.of, which is
  private final List<String> names;

  Layout(List<String> names) {
    this.names = names;
  }

  /** As {@code params.layout} and the manifest name it. */
  public String id() {
    return names.getFirst();
  }

  /** Whether duplicates are still in the output. */
  boolean needsSuppression() {
    return this != END_TO_END && this != YOLOV7_NMS && !stretched();
  }

  /** Whether the picture fills the input whatever its aspect; else the aspect is kept. */
  boolean stretched() {
    return this == DETR || this == DETR_ROWS;
  }

  /** Whether the input is BGR 0..255 at the top left, as YOLOX wants it; else RGB 0..1, centred. */
  boolean inputLikeYolox() {
    return this == YOLOX || this == YOLOX_DECODED;
  }

  /** All names, for messages. */
  static String choices() {
    return Arrays.stream(values()).map(Layout::id).collect(Collectors.joining(", "));
  }

  /** The layout of that name, if there is one. */
  static Optional<Layout> find(String name) {
    return Arrays.stream(values()).filter(l -> l.names.contains(name)).findFirst();
  }

  /**
   * The layout of that name, older and sibling names included.
   *
   * @throws DetectorException naming the choices
   */
  public static Layout of(String name) {
    return find(name)
        .orElseThrow(() ->
            new DetectorException(
                "params.layout = %s: must be one of %s".formatted(name, choices())));
  }
}
