package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a detection model once its file is looked at.
 *
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param batch pictures that one run takes, where the model fixes it; else 1
 * @param layout how its output is read, or why it cannot be
 * @param labels by class index; empty where the layout is unclear
 * @param labelsFrom settings, manifest, metadata, or that nothing was said
 */
public record ModelReading(
    ModelDescription model,
    int width,
    int height,
    int batch,
    Reading layout,
    List<String> labels,
    String labelsFrom) {
  private static final int MOST_BATCH = 256;

  /** Near enough to grey for models that take 0..1 and for those that take 0..255. */
  private static final float GREY = 0.45f;

  public ModelReading {
    labels = List.copyOf(labels);
  }

  /** Shape of the input. */
  List<Integer> inputShape() {
    return List.of(batch, 3, height, width);
  }

  /**
   * Looks at an opened model; one that leaves its output shape open, or whose shapes fit several
   * layouts, is run once on a grey picture.
   *
   * @param layout said by the user; null = the manifest's, else told by the file
   * @param names said by the user; null = likewise
   * @param inputSize side of the input for models that leave it open
   * @throws DetectorException where the input is not that of a detector of pictures
   */
  public static ModelReading of(
      Network network, @Nullable Layout layout, @Nullable List<String> names, int inputSize) {
    ModelDescription model = network.description();
    List<Integer> input = inputShape(model);
    int height = size(input.get(2), inputSize);
    int width = size(input.get(3), inputSize);
    Optional<List<String>> known = Labels.known(names, model);
    Layout said =
        layout == null && model.card() != null ? Layout.of(model.card().layout()) : layout;
    int batch = Math.max(1, input.get(0));
    List<Integer> bound = List.of(batch, 3, height, width);
    List<List<Integer>> shapes = outputShapes(network, bound);
    int labels = known.map(List::size).orElse(0);
    Reading reading = LayoutRules.read(shapes, width, height, labels, model.metadata(), said);
    if (reading instanceof Unclear unclear && LayoutProbe.mayTell(unclear.choices())) {
      reading =
          LayoutProbe.tell(unclear.choices(), probe(network, bound), width, height)
              .map(told -> LayoutRules.read(shapes, width, height, labels, model.metadata(), told))
              .map(ModelReading::measured)
              .orElse(unclear);
    }
    return switch (reading) {
      case Unclear unclear -> new ModelReading(model, width, height, batch, unclear, List.of(), "");
      case Clear clear ->
          new ModelReading(
              model,
              width,
              height,
              batch,
              clear,
              labels(clear, known, model),
              from(names, known, model));
    };
  }

  private static Reading measured(Reading reading) {
    return reading instanceof Clear c
        ? new Clear(
            c.layout(),
            c.output(),
            c.classes(),
            "its answer to a grey picture; other layouts have the same shape",
            c.points(),
            c.numbers(),
            c.scores())
        : reading;
  }

  /** The first output of rows, of a picture of the grey that is padded with. */
  private static Network.Output probe(Network network, List<Integer> shape) {
    ByteBuffer input = network.bind(shape);
    for (int i = 0; i < input.capacity(); i += Float.BYTES) {
      input.putFloat(i, GREY);
    }
    return network.run().stream()
        .filter(o -> o.shape().size() == 3)
        .findFirst()
        .orElseThrow(() -> new DetectorException("its outputs change their shapes"));
  }

  private static List<String> labels(
      Clear clear, Optional<List<String>> known, ModelDescription model) {
    boolean open = clear.classes() == Integer.MAX_VALUE;
    // An end-to-end output does not say how many classes there are; indices beyond the list are
    // dropped, so an unnamed one gets COCO's number.
    List<String> labels =
        known.orElseGet(() -> Labels.assumed(open ? Labels.COCO.size() : clear.classes()));
    if (!open && labels.size() != clear.classes()) {
      throw new DetectorException(
          "model %s: %d labels are given, its output has %d classes"
              .formatted(model.name(), labels.size(), clear.classes()));
    }
    return Labels.safe(labels);
  }

  private static String from(
      @Nullable List<String> names, Optional<List<String>> known, ModelDescription model) {
    if (names != null) {
      return "params.names";
    }
    if (known.isEmpty()) {
      return "nothing said: COCO's for 80 classes, else by index";
    }
    return model.card() == null ? "metadata" : "manifest";
  }

  private static List<Integer> inputShape(ModelDescription model) {
    List<TensorInfo> inputs = model.inputs();
    List<Integer> shape = inputs.size() == 1 ? inputs.getFirst().shape() : List.of();
    boolean picture =
        shape.size() == 4
            && (shape.get(0) <= MOST_BATCH)
            && (shape.get(1) == 3 || shape.get(1) == -1)
            && inputs.getFirst().type() != TensorInfo.ElementType.OTHER;
    if (!picture) {
      throw new DetectorException(
          "model %s: inputs are %s; one of shape [1, 3, height, width] in float32, float16, uint8 or int8 is needed"
              .formatted(model.name(), inputs));
    }
    return shape;
  }

  private static int size(int declared, int otherwise) {
    return declared > 0 ? declared : otherwise;
  }

  private static List<List<Integer>> outputShapes(Network network, List<Integer> bound) {
    List<List<Integer>> declared =
        network.description().outputs().stream().map(TensorInfo::shape).toList();
    if (declared.stream().allMatch(shape -> shape.stream().allMatch(d -> d > 0))) {
      return declared;
    }
    network.bind(bound);
    return network.run().stream().map(Network.Output::shape).toList();
  }
}
