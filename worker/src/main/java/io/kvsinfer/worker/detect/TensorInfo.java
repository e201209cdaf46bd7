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
    OTHER
  }

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  @Override
  public String toString() {
    return name + " " + type.name().toLowerCase(Locale.ROOT) + " " + shape;
  }
}
