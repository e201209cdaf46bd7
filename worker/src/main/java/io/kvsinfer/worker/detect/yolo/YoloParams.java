package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.ParamReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code params} of a detector may say to the built-in types.
 *
 * @param layout output layout where the model does not make it clear; null = told by the model
 * @param names labels by class index; null = told by the model
 * @param modelSize {@code n}, {@code s}, …: picks the manifest's model of that size; null = default
 * @param inputSize side of the square input in pixels, for models that leave it open; null = told
 *     by the model
 * @param iou boxes of one label that overlap by more are one, 0..1
 * @param maxDetections boxes of one frame at most
 * @param output name of the output that is read, where several look alike; null = the first
 * @param anchors of models that were exported before their decoder; null = told by the model
 * @param picture what the model wants its picture to be
 * @param batchSize pictures of several cameras in one run at most, where it runs on a GPU
 */
record YoloParams(
    @Nullable Layout layout,
    @Nullable List<String> names,
    @Nullable String modelSize,
    @Nullable Integer inputSize,
    @Nullable String output,
    @Nullable Anchors anchors,
    PictureParams picture,
    double iou,
    int maxDetections,
    int batchSize) {

  /** Reads them; keys of other parts are left to those. */
  static YoloParams of(DetectorSettings settings) {
    return of(settings.params());
  }

  /** Likewise. */
  static YoloParams of(Map<String, Object> values) {
    ParamReader params = new ParamReader(values);
    String layout = params.text("layout");
    return new YoloParams(
        layout == null ? null : Layout.of(layout),
        params.texts("names"),
        params.text("model_size"),
        params.has("input_size") ? params.whole("input_size", 640, 32, 4096) : null,
        params.text("output"),
        Anchors.ofParam(params.get("anchors")),
        PictureParams.of(params),
        params.number("iou", 0.45, 0, 1),
        params.whole("max_detections", 300, 1, 30_000),
        params.whole("batch_size", 1, 1, 256));
  }
}
