package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.media.decode.TensorFormat.ChannelOrder;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.yolo.PictureInput.Fit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a model wants its picture to be: what the settings say, else the file's metadata, else
 * what models of its layout are exported for.
 */
final class InputRules {
  private static final List<Double> ZEROS = List.of(0.0, 0.0, 0.0);
  private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);
  private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);

  /** Of ImageNet, by which backbones that were trained on it are normalised: red, green, blue. */
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  private final ModelDescription model;
  private final Layout layout;
  private final PictureParams settings;
  private final PictureParams metadata;
  private final List<String> why = new ArrayList<>();

  private InputRules(ModelDescription model, Layout layout, PictureParams settings) {
    this.model = model;
    this.layout = layout;
    this.settings = settings;
    this.metadata = PictureParams.of(model.metadata());
  }

  /**
   * What a model wants.
   *
   * @param frame shape of its input
   * @throws DetectorException where settings and model cannot go together
   */
  static PictureInput read(
      ModelDescription model, PictureFrame frame, Layout layout, PictureParams settings) {
    return new InputRules(model, layout, settings).read(frame);
  }

  private PictureInput read(PictureFrame frame) {
    List<Double> mean = said(PictureParams::mean, "mean");
    List<Double> deviation = said(PictureParams::std, "std");
    boolean rfDetr = layout == Layout.DETR && PairFits.isRfDetr(model.outputs());
    boolean whole = model.picture().type().holdsBytes();
    if (whole && (settings.mean() != null || settings.std() != null)) {
      throw new DetectorException(
          "params.mean, params.std: model %s takes %s, which have none"
              .formatted(model.name(), model.picture()));
    }
    String range = range(mean, whole);
    if (whole) {
      mean = ZEROS;
      deviation = ONES;
    } else if (range.equals("signed")) {
      if (mean != null || deviation != null) {
        throw new DetectorException(
            "params.input_range = signed is mean and std of 0.5: leave one of them out");
      }
      mean = HALVES;
      deviation = HALVES;
    } else if (mean == null && deviation == null && rfDetr && range.equals("unit")) {
      why.add("mean and std of ImageNet, by the outputs of RF-DETR");
      mean = IMAGENET_MEAN;
      deviation = IMAGENET_STD;
    }
    ChannelOrder order = order();
    return new PictureInput(
        frame.width(),
        frame.height(),
        order,
        range.equals("bytes"),
        mean == null ? ZEROS : mean,
        deviation == null ? ONES : deviation,
        fit(),
        frame.interleaved(),
        why);
  }

  private String range(@Nullable List<Double> mean, boolean whole) {
    String said = said(PictureParams::range, "input_range");
    if (whole) {
      if (said != null && !said.equals("bytes")) {
        throw new DetectorException(
            "params.input_range = %s: model %s takes %s, 0..255"
                .formatted(said, model.name(), model.picture()));
      }
      why.add("0..255 by the type of the input");
      return "bytes";
    }
    boolean large = mean != null && mean.stream().anyMatch(m -> m > 1);
    boolean small = mean != null && !large && mean.stream().anyMatch(m -> m != 0);
    if (said != null && !said.equals("bytes") && large) {
      throw new DetectorException(
          "params.mean = %s is of 0..255: say input_range: bytes, or divide mean and std by 255"
              .formatted(mean));
    }
    if (said != null) {
      return said;
    }
    if (large || small) {
      why.add("%s by the mean".formatted(large ? "0..255" : "0..1"));
      return large ? "bytes" : "unit";
    }
    boolean bytes = layout.inputLikeYolox() || layout == Layout.DAMO_YOLO;
    why.add("%s as %s is exported".formatted(bytes ? "0..255" : "0..1", layout.id()));
    return bytes ? "bytes" : "unit";
  }

  private ChannelOrder order() {
    String said = said(PictureParams::order, "input_order");
    boolean bgr = said == null ? layout.inputLikeYolox() : said.equals("bgr");
    if (said == null) {
      why.add("%s as %s is exported".formatted(bgr ? "bgr" : "rgb", layout.id()));
    }
    return bgr ? ChannelOrder.BGR : ChannelOrder.RGB;
  }

  private Fit fit() {
    String said = said(PictureParams::fit, "input_fit");
    for (Fit fit : Fit.values()) {
      if (fit.id().equals(said)) {
        return fit;
      }
    }
    Fit usual =
        layout.stretched() ? Fit.STRETCH : layout.inputLikeYolox() ? Fit.TOP_LEFT : Fit.CENTRE;
    why.add("%s as %s is exported".formatted(usual.id(), layout.id()));
    return usual;
  }

  private <T> @Nullable T said(Function<PictureParams, @Nullable T> part, String name) {
    T said = part.apply(settings);
    if (said != null) {
      why.add("params." + name);
      return said;
    }
    T told = part.apply(metadata);
    if (told != null) {
      why.add(name + " in the metadata");
    }
    return told;
  }
}
