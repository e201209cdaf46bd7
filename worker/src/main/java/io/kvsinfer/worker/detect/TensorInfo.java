package io.kvsinfer.worker.detect;

import java.util.List;
import java.util.Locale;

/**
 * An input or output of a model.
 *
 * @param shape sizes of its dimensions, -1 where the model leaves one open
 */
public record TensorInfo(String name, ElementType type, List<Integer> shape) {
  /** What a tensor holds. */
  public enum ElementType {
    FLOAT32,
    FLOAT16,
    UINT8,
    INT8,
    INT32,
    INT64,
    OTHER;

    /** Whether pictures are given in it. */
    public boolean holdsPictures() {
      return this == FLOAT32 || this == FLOAT16 || holdsBytes();
    }

    /** Whether it holds 8-bit numbers. */
    public boolean holdsBytes() {
      return this == UINT8 || this == INT8;
    }
  }

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  @Override
  public String toString() {
    return name + " " + type.name().toLowerCase(Locale.ROOT) + " " + shape;
  }
}
