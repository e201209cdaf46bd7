package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.MapsOutput.Kind;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.List;
import java.util.Objects;

/** Makes the reader of one answer of a model. */
final class Readers {
  private final ModelReading model;
  private final Clear layout;

  Readers(ModelReading model, Clear layout) {
    this.model = model;
    this.layout = layout;
  }

  /**
   * The reader of an answer.
   *
   * @param frameWidth of the frame that the model was told of, where it is told, in pixels;
   *     likewise {@code frameHeight}
   */
  OutputReader of(List<Network.Output> outputs, int frameWidth, int frameHeight) {
    List<Integer> shape = outputs.get(layout.output()).shape();
    int width = model.width();
    int height = model.height();
    int a = shape.get(shape.size() - 2);
    int b = shape.getLast();
    int classes = layout.classes();
    float scaleX = model.sides().sized() ? (float) width / frameWidth : 1;
    float scaleY = model.sides().sized() ? (float) height / frameHeight : 1;
    return switch (layout.layout()) {
      case YOLOV5, YOLOV6 -> new Yolov5Output(a, classes);
      case YOLOV8 -> new Yolov8Output(b, classes);
      case YOLOV8_ROWS -> new Yolov8RowsOutput(a, classes);
      case YOLOV8_POSE -> new Yolov8Output(b, classes, layout.points(), layout.numbers());
      case END_TO_END -> new EndToEndOutput(a, layout.points(), layout.numbers());
      case YOLOV7_NMS -> NmsOutput.yolov7(a);
      case YOLO_NAS_FLAT -> NmsOutput.yoloNas(a);
      case PADDLE -> NmsOutput.paddle(rows(outputs, a), scaleX, scaleY);
      case YOLOX -> new YoloxOutput(width, height, classes, false);
      case YOLOX_DECODED -> new YoloxOutput(width, height, classes, true);
      case YOLOV5_FACE -> new LandmarksOutput(a, classes, layout.points());
      case DETR_ROWS -> new DetrRowsOutput(a, width, height);
      case DETR -> detr(outputs, a);
      case BOXES -> boxes(outputs, a, b, 1, 1);
      case DETR_BOXES ->
          model.sides().sized()
              ? boxes(outputs, a, b, scaleX, scaleY)
              : boxes(outputs, a, b, width, height);
      case YOLOV8_SPLIT -> pair(outputs, false, 1, 1);
      case YOLO_NAS, DAMO_YOLO -> pair(outputs, true, 1, 1);
      case PP_YOLOE -> pair(outputs, true, scaleX, scaleY);
      case YOLOV5_MAPS -> maps(outputs, new Kind.Anchored(Objects.requireNonNull(model.anchors())));
      case YOLOV3_MAPS -> maps(outputs, new Kind.Darknet(Objects.requireNonNull(model.anchors())));
      case YOLOV8_MAPS -> maps(outputs, new Kind.Binned(layout.numbers()));
      case YOLOX_MAPS -> maps(outputs, new Kind.Centred());
    };
  }

  private OutputReader detr(List<Network.Output> outputs, int rows) {
    Network.Output scores = outputs.get(layout.scores());
    boolean apart = layout.scores() != layout.output();
    int columns = apart ? scores.shape().getLast() : layout.classes();
    return new DetrOutput(
        rows,
        layout.classes(),
        columns,
        model.width(),
        model.height(),
        apart ? scores.values() : null);
  }

  private OutputReader boxes(
      List<Network.Output> outputs, int rows, int columns, float scaleX, float scaleY) {
    boolean apart = layout.scores() != layout.output();
    return new BoxesOutput(
        counted(outputs, rows),
        columns,
        apart ? outputs.get(layout.scores()).values() : null,
        outputs.get(layout.outputs().get(2)).values(),
        scaleX,
        scaleY);
  }

  /** Rows that the model says to be there; behind them stands what it likes. */
  private int counted(List<Network.Output> outputs, int rows) {
    float[] count =
        layout.outputs().size() > 3 ? outputs.get(layout.outputs().get(3)).values() : new float[0];
    return count.length == 0 ? rows : Math.clamp(Math.round(count[0]), 0, rows);
  }

  /** Those of the first picture, where another output says how many each has. */
  private int rows(List<Network.Output> outputs, int rows) {
    for (int i = 0; i < outputs.size(); i++) {
      if (i != layout.output() && outputs.get(i).values().length == Math.max(1, model.batch())) {
        return Math.clamp(Math.round(outputs.get(i).values()[0]), 0, rows);
      }
    }
    return rows;
  }

  private OutputReader pair(
      List<Network.Output> outputs, boolean corners, float scaleX, float scaleY) {
    List<Integer> boxes = outputs.get(layout.output()).shape();
    Network.Output scores = outputs.get(layout.scores());
    boolean boxesDown = boxes.get(2) != 4;
    int rows = boxes.get(boxesDown ? 2 : 1);
    return new PairOutput(
        rows,
        layout.classes(),
        boxesDown,
        scores.values(),
        scores.shape().get(1) != rows,
        corners,
        scaleX,
        scaleY);
  }

  private OutputReader maps(List<Network.Output> outputs, Kind kind) {
    List<Network.Output> read = layout.outputs().stream().map(outputs::get).toList();
    return new MapsOutput(
        GridMap.all(
            read.stream().map(Network.Output::shape).toList(), model.width(), model.height()),
        read.stream().map(Network.Output::values).toList(),
        layout.classes(),
        kind);
  }
}
