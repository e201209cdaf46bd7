package io.kvsinfer.worker.detect;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model file says of itself, and the manifest of it.
 *
 * @param name as the manifest or this process names it; of a path, the file name without {@code
 *     .onnx}
 * @param sha256 of the file, lower-case hexadecimal
 * @param metadata custom properties of the file
 * @param card what the manifest says; null where the model is not in it
 */
public record ModelDescription(
    String name,
    String sha256,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    Map<String, String> metadata,
    @Nullable ModelCard card) {
  private static final int PICTURE_DIMENSIONS = 4;

  public ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    metadata = Map.copyOf(metadata);
  }

  /** The input that takes pictures: the first of four dimensions, else the first. */
  public TensorInfo picture() {
    return inputs.stream()
        .filter(i -> i.shape().size() == PICTURE_DIMENSIONS)
        .findFirst()
        .orElse(inputs.getFirst());
  }
}
