package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Inputs beside the picture, by which models give boxes in pixels of the frame: RT-DETR's and
 * D-FINE's {@code orig_target_sizes}, PaddleDetection's {@code im_shape} and {@code scale_factor}.
 *
 * @param inputs what each is, with its name
 */
record SideInputs(List<Side> inputs) {
  /** One of them. */
  record Side(String name, Kind kind) {}

  /** What they hold. */
  enum Kind {
    /** Width and height of the frame. */
    FRAME_SIZE,
    /** Height and width of the model's picture. */
    PICTURE_SIZE,
    /** The model's picture over the frame, first in height. */
    SCALE;

    static Optional<Kind> of(String name) {
      return switch (name) {
        case "orig_target_sizes", "orig_target_size" -> Optional.of(FRAME_SIZE);
        case "im_shape" -> Optional.of(PICTURE_SIZE);
        case "scale_factor" -> Optional.of(SCALE);
        default -> Optional.empty();
      };
    }
  }

  SideInputs {
    inputs = List.copyOf(inputs);
  }

  /**
   * Those of a model.
   *
   * @throws DetectorException where one is none of these
   */
  static SideInputs of(ModelDescription model) {
    List<Side> sides = new ArrayList<>();
    for (TensorInfo input : model.inputs()) {
      if (!input.name().equals(model.picture().name())) {
        Kind kind =
            Kind.of(input.name())
                .orElseThrow(() ->
                    new DetectorException(
                        "model %s: what is input %s? Beside the picture only orig_target_sizes, im_shape and scale_factor are known"
                            .formatted(model.name(), input)));
        sides.add(new Side(input.name(), kind));
      }
    }
    return new SideInputs(sides);
  }

  /** Whether boxes are of the frame whose size the model is told. */
  boolean sized() {
    return inputs.stream().anyMatch(s -> s.kind != Kind.PICTURE_SIZE);
  }

  /**
   * Tells a bound model the sizes.
   *
   * @param frameWidth pixels that boxes are to be given in, likewise {@code frameHeight}
   */
  void set(Network network, PictureInput picture, int frameWidth, int frameHeight) {
    for (Side side : inputs) {
      switch (side.kind) {
        case FRAME_SIZE -> network.set(side.name, frameWidth, frameHeight);
        case PICTURE_SIZE -> network.set(side.name, picture.height(), picture.width());
        case SCALE ->
            network.set(
                side.name,
                (double) picture.height() / frameHeight,
                (double) picture.width() / frameWidth);
      }
    }
  }
}
