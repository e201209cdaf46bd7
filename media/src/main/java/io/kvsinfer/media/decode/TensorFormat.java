package io.kvsinfer.media.decode;

/**
 * What the numbers of a tensor mean.
 *
 * @param order which colour the first plane holds
 * @param scale factor on 0..255: {@code 1.0 / 255} gives 0..1, {@code 1} gives 0..255
 * @param padding the value around the picture, in the tensor's own numbers
 */
public record TensorFormat(ChannelOrder order, double scale, float padding) {
  /** Order of the three planes. */
  public enum ChannelOrder {
    RGB,
    BGR
  }

  /** The grey that the YOLO families pad with, of 255. */
  private static final int GREY = 114;

  public TensorFormat {
    if (!(scale > 0) || !Double.isFinite(scale) || !Float.isFinite(padding)) {
      throw new IllegalArgumentException("scale %s, padding %s".formatted(scale, padding));
    }
  }

  /** 0..1, padded with 114/255. */
  public static TensorFormat unit(ChannelOrder order) {
    return new TensorFormat(order, 1.0 / 255, GREY / 255f);
  }

  /** 0..255, padded with 114. */
  public static TensorFormat bytes(ChannelOrder order) {
    return new TensorFormat(order, 1, GREY);
  }
}
