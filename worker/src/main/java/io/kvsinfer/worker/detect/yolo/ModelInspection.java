package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.media.decode.TensorFormat.ChannelOrder;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.yolo.PictureInput.Fit;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at one opened model: its input, its layout, its labels, each by rules of its own. */
final class ModelInspection {
  /** Near enough to grey for models that take 0..1 and for those that take 0..255. */
  private static final float GREY = 0.45f;

  /** Layouts of which other tasks have the same shapes, with something else behind the scores. */
  private static final Set<Layout> ONLY_SCORES =
      EnumSet.of(Layout.YOLOV5, Layout.YOLOV8, Layout.YOLOV8_ROWS);

  private final Network network;
  private final ModelDescription model;
  private final YoloParams params;
  private final PictureFrame frame;
  private final SideInputs sides;

  private ModelInspection(Network network, YoloParams params) {
    this.network = network;
    this.model = network.description();
    this.params = params;
    this.frame = PictureFrame.of(model, params.inputSize());
    this.sides = SideInputs.of(model);
  }

  /**
   * What is found.
   *
   * @throws DetectorException where the input is not that of a detector of pictures, or settings
   *     and model cannot go together
   */
  static ModelReading of(Network network, YoloParams params) {
    return new ModelInspection(network, params).reading();
  }

  private ModelReading reading() {
    Optional<List<String>> known = Labels.known(params.names(), model);
    Layout layout = params.layout();
    Layout said =
        layout == null && model.card() != null ? Layout.of(model.card().layout()) : layout;
    ModelFacts facts =
        new ModelFacts(
            outputs(),
            sides.sized(),
            frame.width(),
            frame.height(),
            known.map(List::size).orElse(0),
            model.metadata(),
            params.output());
    Reading reading = LayoutRules.read(facts, said);
    if (reading instanceof Unclear unclear && LayoutProbe.mayTell(unclear.choices())) {
      reading = measured(facts, unclear);
    }
    if (said == null && facts.labels() == 0 && reading instanceof Clear clear) {
      reading = checked(clear);
    }
    if (said == null && reading instanceof Clear clear && facts.onTwoGrids(clear)) {
      reading = decoded(clear);
    }
    Anchors anchors = null;
    if (reading instanceof Clear clear && clear.layout().hasAnchors()) {
      anchors = anchors();
      reading = withAnchors(clear, anchors);
    }
    return switch (reading) {
      case Unclear unclear -> reading(null, unclear, List.of(), "", null);
      case Clear clear ->
          reading(
              InputRules.read(model, frame, clear.layout(), params.picture()),
              clear,
              Labels.of(model.name(), clear, known),
              Labels.from(params.names(), clear, model),
              anchors);
    };
  }

  private ModelReading reading(
      @Nullable PictureInput picture,
      Reading layout,
      List<String> labels,
      String from,
      @Nullable Anchors anchors) {
    return new ModelReading(model, frame, picture, sides, layout, labels, from, anchors);
  }

  private @Nullable Anchors anchors() {
    Anchors said = params.anchors();
    return said != null ? said : Anchors.ofMetadata(model.metadata()).orElse(null);
  }

  private static Reading withAnchors(Clear clear, @Nullable Anchors anchors) {
    int maps = clear.outputs().size();
    if (anchors == null) {
      return new Unclear(
          "a head of YOLOv5 or v7 before its decoder, whose anchors are not in the file: give params.anchors: yolov5 or yolov7 if it has those of their published models of three maps, else three widths and heights in pixels for each of the %d maps, the finest first"
              .formatted(maps),
          List.of());
    }
    return anchors.maps() == maps
        ? clear
        : new Unclear(
            "anchors of %d maps, its outputs are %d: give params.anchors three widths and heights for each"
                .formatted(anchors.maps(), maps),
            List.of());
  }

  /** What its answer to a grey picture leaves of the choices. */
  private Reading measured(ModelFacts facts, Unclear unclear) {
    List<Network.Output> answer = probe();
    List<Layout> left = unclear.choices();
    if (LayoutRules.read(facts, left.getFirst()) instanceof Clear first) {
      left = LayoutProbe.left(left, answer.get(first.output()), frame.width(), frame.height());
    }
    if (left.size() == 1 && LayoutRules.read(facts, left.getFirst()) instanceof Clear told) {
      return told.because("its answer to a grey picture; other layouts have the same shape");
    }
    return left.size() == 1
        ? LayoutRules.read(facts, left.getFirst())
        : new Unclear(unclear.why(), left);
  }

  /** Where nothing but a shape speaks for a layout, its numbers must not speak against it. */
  private Reading checked(Clear clear) {
    boolean byShape = ONLY_SCORES.contains(clear.layout());
    if (!byShape || LayoutProbe.hasScores(clear, probe().get(clear.output()))) {
      return clear;
    }
    return new Unclear(
        "its shapes are those of %s with %d classes, but what would be their scores is beyond 0..1 in its answer to a grey picture: landmarks, masks or an angle? Say params.layout, and params.names with as many labels as it has classes"
            .formatted(clear.layout().id(), clear.classes()),
        List.of());
  }

  /** Tools that export two grids leave more or less of the decoder out; its numbers show which. */
  private Reading decoded(Clear clear) {
    if (!ONLY_SCORES.contains(clear.layout())
        || LayoutProbe.isDecoded(
            clear, probe().get(clear.output()), frame.width(), frame.height())) {
      return clear;
    }
    return new Unclear(
        "its shapes are those of %s on two grids, but its answer to a grey picture has no boxes in pixels with scores from 0 to 1: raw numbers, or shares of the input?"
            .formatted(clear.layout().id()),
        List.of(clear.layout()));
  }

  private List<Network.Output> probe() {
    ByteBuffer input = bind();
    for (int i = 0; i < input.capacity(); i += Float.BYTES) {
      input.putFloat(i, GREY);
    }
    return network.run();
  }

  private ByteBuffer bind() {
    ByteBuffer input = network.bind(frame.shape());
    sides.set(network, plain(), frame.width(), frame.height());
    return input;
  }

  /** For runs that only ask for shapes and kinds of numbers. */
  private PictureInput plain() {
    return new PictureInput(
        frame.width(),
        frame.height(),
        ChannelOrder.RGB,
        false,
        List.of(0.0, 0.0, 0.0),
        List.of(1.0, 1.0, 1.0),
        Fit.STRETCH,
        frame.interleaved(),
        List.of());
  }

  /** Outputs with the shapes that they have at the frame's size. */
  private List<TensorInfo> outputs() {
    List<TensorInfo> declared = model.outputs();
    if (declared.stream().allMatch(o -> o.shape().stream().allMatch(d -> d > 0))) {
      return declared;
    }
    bind();
    List<Network.Output> answer = network.run();
    List<TensorInfo> outputs = new ArrayList<>();
    for (int i = 0; i < declared.size(); i++) {
      TensorInfo output = declared.get(i);
      outputs.add(new TensorInfo(output.name(), output.type(), answer.get(i).shape()));
    }
    return outputs;
  }
}
