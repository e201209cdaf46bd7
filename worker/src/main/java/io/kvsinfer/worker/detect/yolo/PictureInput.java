package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.media.decode.TensorFormat;
import io.kvsinfer.media.decode.TensorFormat.ChannelOrder;
import io.kvsinfer.media.frame.Letterbox;
import io.kvsinfer.media.frame.Letterbox.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * What a model wants its picture to be.
 *
 * @param width in pixels
 * @param height in pixels
 * @param order which colour comes first
 * @param bytes whether colours run from 0 to 255 rather than from 0 to 1, before mean and deviation
 * @param mean taken off each colour, in the order of the colours
 * @param deviation that each is divided by afterwards
 * @param interleaved {@code [1, height, width, 3]} rather than {@code [1, 3, height, width]}
 * @param why what each of these was told by
 */
record PictureInput(
    int width,
    int height,
    ChannelOrder order,
    boolean bytes,
    List<Double> mean,
    List<Double> deviation,
    Fit fit,
    boolean interleaved,
    List<String> why) {
  /** How a frame of another aspect lies in it. */
  enum Fit {
    CENTRE("centre"),
    TOP_LEFT("top-left"),
    STRETCH("stretch");

    private final String id;

    Fit(String id) {
      this.id = id;
    }

    /** As {@code params.input_fit} names it. */
    String id() {
      return id;
    }
  }

  PictureInput {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    why = List.copyOf(why);
  }

  /** How colours become numbers. */
  TensorFormat format() {
    TensorFormat plain = bytes ? TensorFormat.bytes(order) : TensorFormat.unit(order);
    TensorFormat normal = plain.normalized(mean, deviation);
    return interleaved ? normal.together() : normal;
  }

  /** Where a frame of this size lies. */
  Letterbox letterbox(int frameWidth, int frameHeight) {
    return switch (fit) {
      case STRETCH -> Letterbox.stretched(frameWidth, frameHeight, width, height);
      case CENTRE -> Letterbox.fit(frameWidth, frameHeight, width, height, Anchor.CENTER);
      case TOP_LEFT -> Letterbox.fit(frameWidth, frameHeight, width, height, Anchor.TOP_LEFT);
    };
  }

  private boolean isNormal() {
    return mean.stream().allMatch(m -> m == 0) && deviation.stream().allMatch(d -> d == 1);
  }

  /** In words, for people. */
  @Override
  public String toString() {
    return "%s %s%s, %s"
        .formatted(
            order.name().toLowerCase(Locale.ROOT),
            bytes ? "0..255" : "0..1",
            isNormal() ? "" : " less %s, over %s".formatted(mean, deviation),
            switch (fit) {
              case CENTRE -> "aspect kept, centred";
              case TOP_LEFT -> "aspect kept, at the top left";
              case STRETCH -> "stretched";
            });
  }
}
