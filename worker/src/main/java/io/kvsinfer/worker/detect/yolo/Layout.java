package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * <tr><td>yolov6</td><td>YOLOv6</td><td>[1, N, 5 + nc], pixels, objectness 1</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov7-nms</td><td>YOLOv6 and v7 with their suppression</td><td>[rows, 7], picture first, score last</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolo-nas-flat</td><td>YOLO-NAS with its suppression</td><td>[rows, 7], picture first, class last</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>boxes</td><td>suppression of other tools</td><td>[1, N, 4] corners in pixels, [1, N] scores, [1, N] classes, perhaps how many</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov5-maps</td><td>YOLOv5, v7 before their decoder</td><td>[1, 3, H, W, 5 + nc] or [1, 3 × (5 + nc), H, W] for each stride</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov3-maps</td><td>YOLOv3 of Darknet, the same</td><td>the same, other arithmetic; nothing but settings say it</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolov8-maps</td><td>YOLOv8 and later before their decoder</td><td>[1, 4 × bins + nc, H, W] for each stride</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolox-maps</td><td>YOLOX, its grids apart</td><td>[1, 5 + nc, H, W] for each stride</td><td>BGR 0..255, top left</td></tr>
 * <tr><td>yolov8-split</td><td>boxes and scores apart</td><td>[1, N, 4] centres and sizes and [1, N, nc], or both transposed</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>yolo-nas</td><td>YOLO-NAS</td><td>[1, N, 4] corners and [1, N, nc]</td><td>RGB 0..1, centred</td></tr>
 * <tr><td>damo-yolo</td><td>DAMO-YOLO</td><td>the same</td><td>RGB 0..255, stretched</td></tr>
 * <tr><td>pp-yoloe</td><td>PP-YOLOE</td><td>[1, N, 4] corners and [1, nc, N]</td><td>RGB 0..1, stretched</td></tr>
 * <tr><td>paddle</td><td>PaddleDetection's suppression</td><td>[rows, 6]: class, score, corners in the frame</td><td>RGB 0..1, stretched</td></tr>
 * <tr><td>detr</td><td>RT-DETR, D-FINE, RF-DETR</td><td>[1, N, 4] and [1, N, nc], or [1, N, 4 + nc]</td><td>RGB 0..1, stretched</td></tr>
 * <tr><td>detr-rows</td><td>RT-DETR that keeps the best itself</td><td>[1, 300, 6], 0..1</td><td>RGB 0..1, stretched</td></tr>
 * <tr><td>detr-boxes</td><td>RT-DETR, D-FINE with their post-processing</td><td>labels, boxes, scores; corners in the frame by orig_target_sizes, or 0..1</td><td>RGB 0..1, stretched</td></tr>
 * </table>
 */
public enum Layout {
  YOLOV5(List.of("yolov5", "yolov7", "v5", "v7")),
  YOLOV8(List.of("yolov8", "yolov9", "yolo11", "yolov11", "yolov12", "yolo12", "v8", "v11")),
  END_TO_END(List.of("yolov10", "yolo26", "end2end", "v10", "v26")),
  YOLOX(List.of("yolox")),
  YOLOX_DECODED(List.of("yolox-decoded")),
  YOLOV6(List.of("yolov6", "v6")),
  YOLOV8_ROWS(List.of("yolov8-rows")),
  YOLOV8_POSE(List.of("yolov8-pose", "yolo11-pose")),
  YOLOV5_FACE(List.of("yolov5-face")),
  YOLOV7_NMS(List.of("yolov7-nms", "yolov6-nms")),
  YOLO_NAS_FLAT(List.of("yolo-nas-flat")),
  BOXES(List.of("boxes")),
  YOLOV5_MAPS(List.of("yolov5-maps", "yolov7-maps")),
  YOLOV3_MAPS(List.of("yolov3-maps")),
  YOLOV8_MAPS(List.of("yolov8-maps", "yolo11-maps", "yolo26-maps")),
  YOLOX_MAPS(List.of("yolox-maps")),
  YOLOV8_SPLIT(List.of("yolov8-split")),
  YOLO_NAS(List.of("yolo-nas")),
  DAMO_YOLO(List.of("damo-yolo")),
  PP_YOLOE(List.of("pp-yoloe")),
  PADDLE(List.of("paddle")),
  DETR(List.of("detr", "rtdetr", "rt-detr", "d-fine", "rf-detr")),
  DETR_ROWS(List.of("detr-rows")),
  DETR_BOXES(List.of("detr-boxes"));

  private static final Set<Layout> SUPPRESSED =
      EnumSet.of(END_TO_END, YOLOV7_NMS, YOLO_NAS_FLAT, BOXES, PADDLE, DETR, DETR_ROWS, DETR_BOXES);
  private static final Set<Layout> STRETCHED =
      EnumSet.of(DAMO_YOLO, PP_YOLOE, PADDLE, DETR, DETR_ROWS, DETR_BOXES);

  /**
   * Of which there are models with two grids: YOLOv3-tiny, as its authors and later tools have it.
   */
  private static final Set<Layout> ON_TWO_GRIDS =
      EnumSet.of(YOLOV5, YOLOV8, YOLOV8_ROWS, YOLOV5_MAPS, YOLOV3_MAPS, YOLOV8_MAPS);

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
    return !SUPPRESSED.contains(this);
  }

  /**
   * Whether predictions of cells in this layout are known of models whose only grids are those of
   * strides 16 and 32; always where a model keeps few of them, whatever its grids.
   */
  boolean knownOnTwoGrids() {
    return ON_TWO_GRIDS.contains(this) || !needsSuppression();
  }

  /** Whether boxes are multiples of sizes that have to be said. */
  boolean hasAnchors() {
    return this == YOLOV5_MAPS || this == YOLOV3_MAPS;
  }

  /** Whether the picture fills the input whatever its aspect; else the aspect is kept. */
  boolean stretched() {
    return STRETCHED.contains(this);
  }

  /** Whether the input is BGR 0..255 at the top left, as YOLOX wants it; else RGB 0..1, centred. */
  boolean inputLikeYolox() {
    return this == YOLOX || this == YOLOX_DECODED || this == YOLOX_MAPS;
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
