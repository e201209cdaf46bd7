package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.media.decode.TensorScaler;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Letterbox;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.InferenceListener;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.PictureInput.Fit;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One camera's detector: the frame is scaled into the network's own input, the network runs, its
 * output is read, duplicates are suppressed and boxes mapped back to the frame. Confined to one
 * thread; the session behind the network is shared.
 */
final class YoloDetector implements Detector {
  private static final double NANOS = 1e-9;

  private final Network network;
  private final ModelReading reading;
  private final PictureInput picture;
  private final Readers readers;
  private final Clear layout;
  private final List<String> labels;
  private final Thresholds thresholds;
  private final YoloParams params;
  private final String type;
  private final InferenceListener listener;
  private final ByteBuffer input;
  private final Candidates candidates = new Candidates();
  private final float[] faintest;
  private List<Detection> faint = List.of();
  private @Nullable View view;

  /** How frames of one size get into the tensor. */
  private record View(Letterbox letterbox, TensorScaler scaler) {}

  YoloDetector(
      Network network,
      ModelReading reading,
      PictureInput picture,
      Clear layout,
      List<String> labels,
      Thresholds thresholds,
      YoloParams params,
      String type,
      InferenceListener listener) {
    this.network = network;
    this.reading = reading;
    this.layout = layout;
    this.labels = List.copyOf(labels);
    this.thresholds = thresholds;
    this.params = params;
    this.type = type;
    this.listener = listener;
    this.faintest = thresholds.faintest();
    this.picture = picture;
    this.readers = new Readers(reading, layout);
    this.input = network.bind(reading.frame().shape());
    reading.sides().set(network, picture, picture.width(), picture.height());
  }

  @Override
  public void warmUp() {
    network.run();
  }

  @Override
  public List<Detection> detect(VideoFrame frame) {
    View through = viewOf(frame.width(), frame.height());
    through.scaler().scale(frame, input);
    long start = System.nanoTime();
    List<Network.Output> outputs = network.run();
    listener.inferred(
        type, reading.model().name(), network.device(), (System.nanoTime() - start) * NANOS);
    Network.Output output = outputs.get(layout.output());
    OutputReader reader =
        readers.of(
            outputs, told(frame.width(), picture.width()), told(frame.height(), picture.height()));
    candidates.clear();
    reader.read(output.values(), faintest, candidates);
    double iou = layout.layout().needsSuppression() ? params.iou() : Suppression.OFF;
    List<Detection> found = new ArrayList<>();
    List<Detection> below = new ArrayList<>();
    for (int i : Suppression.keep(candidates, iou, params.maxDetections())) {
      Box box = box(i, through.letterbox());
      if (box.area() > 0) {
        int label = candidates.label(i);
        boolean sure = candidates.score(i) >= thresholds.byClass()[label];
        (sure ? found : below)
            .add(
                new Detection(
                    labels.get(label),
                    Math.min(1, candidates.score(i)),
                    box,
                    corners(reader, output.values(), candidates.row(i), through.letterbox())));
      }
    }
    faint = List.copyOf(below);
    return List.copyOf(found);
  }

  @Override
  public List<Detection> faint() {
    return faint;
  }

  private Box box(int i, Letterbox letterbox) {
    return Box.ofCorners(
            letterbox.toSourceX(candidates.x1(i)),
            letterbox.toSourceY(candidates.y1(i)),
            letterbox.toSourceX(candidates.x2(i)),
            letterbox.toSourceY(candidates.y2(i)))
        .clipped(letterbox.sourceWidth(), letterbox.sourceHeight());
  }

  /** Of a plate; other landmarks are of no use here. May lie a little outside of the picture. */
  private static List<Point> corners(
      OutputReader reader, float[] output, int row, Letterbox letterbox) {
    if (reader.points() != 4) {
      return List.of();
    }
    List<Point> corners = new ArrayList<>(4);
    for (int i = 0; i < 4; i++) {
      corners.add(
          new Point(
              letterbox.toSourceX(reader.pointX(output, row, i)),
              letterbox.toSourceY(reader.pointY(output, row, i))));
    }
    return corners;
  }

  private View viewOf(int width, int height) {
    View now = view;
    if (now != null
        && now.letterbox().sourceWidth() == width
        && now.letterbox().sourceHeight() == height) {
      return now;
    }
    closeView();
    Letterbox letterbox = picture.letterbox(width, height);
    View next = new View(letterbox, TensorScaler.create(letterbox, picture.format()));
    reading
        .sides()
        .set(
            network,
            picture,
            told(letterbox.sourceWidth(), picture.width()),
            told(letterbox.sourceHeight(), picture.height()));
    view = next;
    return next;
  }

  /** What a model is told of the frame: its size, unless the frame covers a part of the input. */
  private int told(int frame, int tensor) {
    return picture.fit() == Fit.STRETCH ? frame : tensor;
  }

  private void closeView() {
    if (view != null) {
      view.scaler().close();
      view = null;
    }
  }

  @Override
  public List<ModelRef> models() {
    return List.of(new ModelRef("detector", reading.model().name(), reading.model().sha256()));
  }

  @Override
  public String device() {
    return network.device();
  }

  @Override
  public void close() {
    closeView();
    network.close();
  }
}
