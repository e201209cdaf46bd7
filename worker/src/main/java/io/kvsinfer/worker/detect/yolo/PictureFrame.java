package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.TensorInfo;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Size and arrangement of the picture that a model takes.
 *
 * @param batch pictures that one run takes, where the model fixes it; else 1
 * @param width in pixels
 * @param height in pixels
 * @param interleaved {@code [1, height, width, 3]} rather than {@code [1, 3, height, width]}
 */
record PictureFrame(int batch, int width, int height, boolean interleaved) {
  private static final int USUAL_SIZE = 640;
  private static final int MOST_BATCH = 256;
  private static final int LEAST_SIZE = 32;
  private static final int MOST_SIZE = 4096;
  private static final Pattern NUMBER = Pattern.compile("\\d{2,4}");

  /**
   * Of a model.
   *
   * @param said side in pixels for models that leave it open; null = as the file's {@code imgsz}
   *     says, else 640
   * @throws DetectorException where the input is not that of a detector of pictures
   */
  static PictureFrame of(ModelDescription model, @Nullable Integer said) {
    TensorInfo input = model.picture();
    List<Integer> shape = input.shape();
    boolean fits = shape.size() == 4 && shape.get(0) <= MOST_BATCH && input.type().holdsPictures();
    boolean last = fits && shape.get(3) == 3 && shape.get(1) != 3;
    if (!fits || !(last || shape.get(1) == 3 || shape.get(1) == -1)) {
      throw new DetectorException(
          "model %s: inputs are %s; one of shape [1, 3, height, width] or [1, height, width, 3] in float32, float16, uint8 or int8 is needed"
              .formatted(model.name(), model.inputs()));
    }
    List<Integer> open = said != null ? List.of(said, said) : size(model);
    int height = shape.get(last ? 1 : 2);
    int width = shape.get(last ? 2 : 3);
    return new PictureFrame(
        Math.max(1, shape.get(0)),
        width > 0 ? width : open.get(1),
        height > 0 ? height : open.get(0),
        last);
  }

  /** Height and width that the file says it was exported for. */
  private static List<Integer> size(ModelDescription model) {
    List<Integer> sizes =
        NUMBER
            .matcher(model.metadata().getOrDefault("imgsz", ""))
            .results()
            .map(MatchResult::group)
            .map(Integer::parseInt)
            .filter(n -> n >= LEAST_SIZE && n <= MOST_SIZE)
            .toList();
    return switch (sizes.size()) {
      case 1 -> List.of(sizes.getFirst(), sizes.getFirst());
      case 2 -> sizes;
      default -> List.of(USUAL_SIZE, USUAL_SIZE);
    };
  }

  /** Shape of the input. */
  List<Integer> shape() {
    return interleaved ? List.of(batch, height, width, 3) : List.of(batch, 3, height, width);
  }
}
