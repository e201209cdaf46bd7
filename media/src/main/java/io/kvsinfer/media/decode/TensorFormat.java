package io.kvsinfer.media.decode;

import java.util.List;

/**
 * What the numbers of a tensor mean. A colour of 0..255 becomes {@code (colour × scale − mean) /
 * deviation}.
 *
 * @param order which colour the first plane holds
 * @param scale factor on 0..255: {@code 1.0 / 255} gives 0..1, {@code 1} gives 0..255
 * @param padding the value around the picture, before mean and deviation are applied
 * @param mean taken off each plane, in the order of the planes
 * @param deviation that each plane is divided by afterwards, likewise
 * @param interleaved the three colours of a pixel stand together, {@code height × width × 3}
 *     (NHWC), rather than in planes
 */
public record TensorFormat(
    ChannelOrder order,
    double scale,
    float padding,
    List<Double> mean,
    List<Double> deviation,
    boolean interleaved) {
  /** Order of the three planes. */
  public enum ChannelOrder {
    RGB,
    BGR
  }

  /** The grey that the YOLO families pad with, of 255. */
  private static final int GREY = 114;

  private static final int CHANNELS = 3;
  private static final List<Double> ZEROS = List.of(0.0, 0.0, 0.0);
  private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

  public TensorFormat {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    boolean sound =
        scale > 0
            && Double.isFinite(scale)
            && Float.isFinite(padding)
            && mean.size() == CHANNELS
            && mean.stream().allMatch(Double::isFinite)
            && deviation.size() == CHANNELS
            && deviation.stream().allMatch(d -> d > 0 && Double.isFinite(d));
    if (!sound) {
      throw new IllegalArgumentException(
          "scale %s, padding %s, mean %s, deviation %s".formatted(scale, padding, mean, deviation));
    }
  }

  /** Planes without mean and deviation. */
  public TensorFormat(ChannelOrder order, double scale, float padding) {
    this(order, scale, padding, ZEROS, ONES, false);
  }

  /** 0..1, padded with 114/255. */
  public static TensorFormat unit(ChannelOrder order) {
    return new TensorFormat(order, 1.0 / 255, GREY / 255f);
  }

  /** 0..255, padded with 114. */
  public static TensorFormat bytes(ChannelOrder order) {
    return new TensorFormat(order, 1, GREY);
  }

  /**
   * The same less a mean, over a deviation, each in the numbers of this format and in the order of
   * its planes.
   */
  public TensorFormat normalized(List<Double> mean, List<Double> deviation) {
    return new TensorFormat(order, scale, padding, mean, deviation, interleaved);
  }

  /** The same with the colours of a pixel together. */
  public TensorFormat together() {
    return new TensorFormat(order, scale, padding, mean, deviation, true);
  }

  /** Factor on a colour of 0..1 in a plane. */
  float factor(int plane) {
    return (float) (scale * 255 / deviation.get(plane));
  }

  /** What is added to a plane afterwards. */
  float offset(int plane) {
    return (float) (-mean.get(plane) / deviation.get(plane));
  }

  /** What stands around the picture in a plane. */
  float padding(int plane) {
    double value = (padding - mean.get(plane)) / deviation.get(plane);
    return (float) value;
  }
}
