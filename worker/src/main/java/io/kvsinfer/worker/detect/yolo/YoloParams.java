package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code params} of a detector may say to the built-in types.
 *
 * @param layout output layout where the model does not make it clear; null = told by the model
 * @param names labels by class index; null = told by the model
 * @param modelSize {@code n}, {@code s}, …: picks the manifest's model of that size; null = default
 * @param inputSize side of the square input in pixels, for models that leave it open
 * @param iou boxes of one label that overlap by more are one, 0..1
 * @param maxDetections boxes of one frame at most
 */
record YoloParams(
    @Nullable Layout layout,
    @Nullable List<String> names,
    @Nullable String modelSize,
    int inputSize,
    double iou,
    int maxDetections) {

  /** Reads them; keys of other parts are left to those. */
  static YoloParams of(DetectorSettings settings) {
    Map<String, Object> params = settings.params();
    String layout = text(params, "layout");
    return new YoloParams(
        layout == null ? null : Layout.of(layout),
        names(params.get("names")),
        text(params, "model_size"),
        (int) number(params, "input_size", 640, 32, 4096),
        number(params, "iou", 0.45, 0, 1),
        (int) number(params, "max_detections", 300, 1, 30_000));
  }

  private static @Nullable String text(Map<String, Object> params, String key) {
    Object value = params.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new DetectorException("params.%s = %s: must be text".formatted(key, value));
  }

  private static double number(
      Map<String, Object> params, String key, double otherwise, double least, double most) {
    Object value = params.getOrDefault(key, otherwise);
    if (value instanceof Number n && n.doubleValue() >= least && n.doubleValue() <= most) {
      return n.doubleValue();
    }
    throw new DetectorException(
        "params.%s = %s: must be a number from %s to %s".formatted(key, value, least, most));
  }

  private static @Nullable List<String> names(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw new DetectorException("params.names = %s: must be a list of labels".formatted(value));
  }
}
