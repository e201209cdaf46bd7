package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.ParamReader;
import java.util.List;
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
 * @param batchSize pictures of several cameras in one run at most, where it runs on a GPU
 */
record YoloParams(
    @Nullable Layout layout,
    @Nullable List<String> names,
    @Nullable String modelSize,
    int inputSize,
    double iou,
    int maxDetections,
    int batchSize) {

  /** Reads them; keys of other parts are left to those. */
  static YoloParams of(DetectorSettings settings) {
    ParamReader params = new ParamReader(settings.params());
    String layout = params.text("layout");
    return new YoloParams(
        layout == null ? null : Layout.of(layout),
        params.texts("names"),
        params.text("model_size"),
        params.whole("input_size", 640, 32, 4096),
        params.number("iou", 0.45, 0, 1),
        params.whole("max_detections", 300, 1, 30_000),
        params.whole("batch_size", 1, 1, 256));
  }
}
