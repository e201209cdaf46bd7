package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import io.kvsinfer.worker.detect.plate.ReaderReading.Clear;
import io.kvsinfer.worker.detect.plate.ReaderReading.Unclear;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells how a reader is fed and how it spells: from the settings, else the manifest, else the
 * file's metadata, else its shapes and PaddleOCR's conventions for CTC, which are told as such.
 * What is left open is unclear.
 */
final class ReaderRules {
  private static final int USUAL_HEIGHT = 48;

  /** Width by height to which PaddleOCR pads. */
  private static final double USUAL_ASPECT = 320.0 / 48;

  /** Plates have fewer characters, and a CTC reader has at least two steps for each. */
  private static final int LEAST_STEPS_OF_CTC = 16;

  private final ModelDescription model;
  private final ReaderParams params;
  private final List<String> told = new ArrayList<>();

  private ReaderRules(ModelDescription model, ReaderParams params) {
    this.model = model;
    this.params = params;
  }

  /** Looks at an opened reader; one that leaves its output shape open is run once. */
  static ReaderReading read(Network network, ReaderParams params) {
    return new ReaderRules(network.description(), params).look(network);
  }

  private ReaderReading look(Network network) {
    Optional<Charset> known = Charset.known(params.charset(), model);
    if (known.isEmpty()) {
      return new Unclear(
          "nothing tells which characters its classes stand for; give a file of them as"
              + " params.reader_charset");
    }
    Charset charset = known.get();
    told.add(
        "charset: %d characters, from %s".formatted(charset.characters().size(), charset.from()));
    Frame frame = frame();
    if (frame == null) {
      return new Unclear(
          "inputs are %s; one of shape [1, 1 or 3, height, width] or [1, height, width, 1 or 3] is needed"
              .formatted(model.inputs()));
    }
    ReaderInput unfinished = frame.input("bytes", "rgb", "stretch");
    List<List<Integer>> shapes = outputShapes(network, unfinished);
    Axes axes = axes(shapes, charset.characters().size());
    if (axes == null) {
      return new Unclear(
          "outputs %s: none has %2$d to %3$d classes, which a charset of %2$d characters asks for; is params.reader_charset the one it was trained with?"
              .formatted(shapes, charset.characters().size(), charset.characters().size() + 2));
    }
    ReaderLayout layout = layout(axes, charset);
    if (layout == null) {
      return new Unclear(
          "outputs %s may be steps of CTC or places of a text; say which with params.reader_layout: ctc or slots"
              .formatted(shapes));
    }
    Integer blank = blank(layout, axes.classes, charset);
    if (blank == null) {
      return new Unclear(
          "which of the %d classes stands for no character? Say so with params.reader_blank: first, last or its index"
              .formatted(axes.classes));
    }
    return new Clear(
        input(frame, layout),
        new Spelling(
            layout, charset, axes.output, axes.steps, axes.classes, axes.classesFirst, blank),
        told);
  }

  /** The picture's part of the input shape. */
  private record Frame(
      int width, int height, int channels, boolean channelsLast, ElementType type, boolean open) {
    ReaderInput input(String range, String order, String fit) {
      return new ReaderInput(width, height, channels, channelsLast, range, order, fit);
    }
  }

  private @Nullable Frame frame() {
    List<TensorInfo> inputs = model.inputs();
    if (inputs.size() != 1 || inputs.getFirst().shape().size() != 4) {
      return null;
    }
    List<Integer> shape = inputs.getFirst().shape();
    boolean first = shape.get(1) == 1 || shape.get(1) == 3;
    boolean last = !first && (shape.get(3) == 1 || shape.get(3) == 3);
    if ((!first && !last) || shape.get(0) > 1 || !inputs.getFirst().type().holdsPictures()) {
      return null;
    }
    int h = shape.get(first ? 2 : 1);
    int w = shape.get(first ? 3 : 2);
    int height = h > 0 ? h : USUAL_HEIGHT;
    Integer said = params.width();
    int usual = said != null ? said : (int) Math.round(height * USUAL_ASPECT);
    int width = w > 0 ? w : usual;
    told.add(
        "input: %d×%d, %s%s"
            .formatted(
                width,
                height,
                first ? "channels first" : "channels last",
                w > 0
                    ? ""
                    : said != null
                        ? ", width from params.reader_width"
                        : ", width open and taken as PaddleOCR's; params.reader_width says"
                            + " another"));
    return new Frame(
        width, height, shape.get(first ? 1 : 3), last, inputs.getFirst().type(), w <= 0);
  }

  private List<List<Integer>> outputShapes(Network network, ReaderInput input) {
    List<List<Integer>> declared = model.outputs().stream().map(TensorInfo::shape).toList();
    if (declared.stream().allMatch(shape -> shape.stream().allMatch(d -> d > 0))) {
      return declared;
    }
    network.bind(input.shape());
    return network.run().stream().map(Network.Output::shape).toList();
  }

  /** Where steps and classes lie in which output. */
  private record Axes(int output, int steps, int classes, boolean classesFirst, boolean flat) {}

  private static @Nullable Axes axes(List<List<Integer>> shapes, int characters) {
    for (int i = 0; i < shapes.size(); i++) {
      List<Integer> sizes = shapes.get(i).stream().filter(d -> d != 1).toList();
      if (sizes.size() == 2 && fits(sizes.get(1), characters)) {
        return new Axes(i, sizes.get(0), sizes.get(1), false, false);
      }
      if (sizes.size() == 2 && fits(sizes.get(0), characters)) {
        return new Axes(i, sizes.get(1), sizes.get(0), true, false);
      }
      for (int classes = characters; sizes.size() == 1 && classes <= characters + 1; classes++) {
        if (sizes.getFirst() % classes == 0) {
          return new Axes(i, sizes.getFirst() / classes, classes, false, true);
        }
      }
    }
    return null;
  }

  /** The characters with their blank, with a blank more, with a blank and a space more. */
  private static boolean fits(int classes, int characters) {
    return classes >= characters && classes <= characters + 2;
  }

  private @Nullable ReaderLayout layout(Axes axes, Charset charset) {
    String metadata = said("layout");
    if (params.layout() != null) {
      told.add("layout: " + params.layout().id() + ", said so");
      return params.layout();
    }
    if (metadata != null) {
      told.add("layout: " + metadata + ", from manifest or metadata");
      return ReaderLayout.of(metadata);
    }
    if (axes.flat) {
      told.add("layout: slots, since steps and classes lie in one row");
      return ReaderLayout.SLOTS;
    }
    if (axes.steps >= LEAST_STEPS_OF_CTC) {
      told.add("layout: ctc, by %d steps, more than a plate has characters".formatted(axes.steps));
      return ReaderLayout.CTC;
    }
    if (axes.classes == charset.characters().size() && charset.namedBlank().isPresent()) {
      told.add("layout: slots, by %d steps and an entry for none".formatted(axes.steps));
      return ReaderLayout.SLOTS;
    }
    return null;
  }

  /** The project's own readers say the factor from 0..1, and how a plate is fitted. */
  private @Nullable String own(String property) {
    return switch (property) {
      case "input_range" ->
          switch (String.valueOf(model.metadata().get("scale"))) {
            case "255" -> "bytes";
            case "1" -> "unit";
            default -> null;
          };
      case "input_fit" -> model.metadata().get("resize");
      default -> null;
    };
  }

  /** What the manifest says of a reader's layout, else a property of the file. */
  private @Nullable String said(String property) {
    if (property.equals("layout") && model.card() != null && model.card().isReader()) {
      return model.card().layout();
    }
    return model.metadata().get(property);
  }

  private @Nullable Integer blank(ReaderLayout layout, int classes, Charset charset) {
    Integer said = params.blank();
    String metadata = said("blank");
    if (said == null && metadata != null && metadata.matches("-1|\\d{1,6}")) {
      said = Integer.valueOf(metadata);
    }
    if (said != null) {
      int index = said == ReaderParams.LAST ? classes - 1 : said;
      told.add("blank: class %d, said so".formatted(index));
      return index < classes ? index : null;
    }
    if (classes == charset.characters().size()) {
      charset
          .namedBlank()
          .ifPresent(b -> told.add("blank: class %d, by its name in the charset".formatted(b)));
      return charset.namedBlank().orElse(null);
    }
    if (layout == ReaderLayout.SLOTS) {
      return null;
    }
    told.add("blank: class 0, as in PaddleOCR; params.reader_blank says another");
    return 0;
  }

  private ReaderInput input(Frame frame, ReaderLayout layout) {
    boolean ctc = layout == ReaderLayout.CTC;
    String range =
        decided(
            "input_range",
            "params.reader_range",
            params.range(),
            ReaderInput.RANGES,
            frame.type == ElementType.UINT8 || frame.type == ElementType.INT8 || !ctc
                ? "bytes"
                : "signed");
    String order =
        frame.channels == 1
            ? "rgb"
            : decided(
                "input_order",
                "params.reader_order",
                params.order(),
                ReaderInput.ORDERS,
                ctc ? "bgr" : "rgb");
    String fit =
        decided(
            "input_fit",
            "params.reader_fit",
            params.fit(),
            ReaderInput.FITS,
            frame.open ? "pad" : "stretch");
    return frame.input(range, order, fit);
  }

  private String decided(
      String property,
      String setting,
      @Nullable String said,
      List<String> choices,
      String otherwise) {
    String metadata = model.metadata().getOrDefault(property, own(property));
    String value = otherwise;
    String why = "as usual; %s says another".formatted(setting);
    if (said != null) {
      value = said;
      why = "said so";
    } else if (metadata != null && choices.contains(metadata)) {
      value = metadata;
      why = "from metadata";
    }
    told.add("%s: %s, %s".formatted(property, value, why));
    return value;
  }
}
