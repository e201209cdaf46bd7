package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.ModelReading;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Hand-made models of a folder, from their files to boxes in a frame. */
final class TinyModels implements AutoCloseable {
  private final OnnxModels models;

  TinyModels(Path folder) {
    this.models = OnnxModels.of(ModelOptions.defaults().withFolder(folder));
  }

  /** What is decided of a model. */
  Map<String, Object> facts(Path file, Map<String, Object> params) {
    try (Network network = models.open(file.toString(), "cpu")) {
      return ModelReading.of(network, params).facts();
    }
  }

  /** What it sees in a frame of blue 51, green 102, red 153. */
  List<Detection> detect(Path file, Map<String, Object> params, int width, int height) {
    byte[] bgr = new byte[width * height * 3];
    for (int i = 0; i < bgr.length; i++) {
      bgr[i] = (byte) (51 * (i % 3 + 1));
    }
    DetectorSettings settings =
        new DetectorSettings(
            "objects",
            "objects",
            true,
            file.toString(),
            new ConfidenceThreshold(0.15, Map.of()),
            List.of(),
            List.of(),
            ConfirmSettings.defaults(),
            0,
            0,
            60,
            params);
    try (Detector detector = Detectors.load().create(settings, new DetectorContext(models, "cpu"));
        VideoFrame frame =
            BgrPictures.of(
                bgr, width, height, new FrameTime(Instant.EPOCH, null, null, 0, true, true))) {
      detector.warmUp();
      return detector.detect(frame);
    }
  }

  @Override
  public void close() {
    models.close();
  }

  static void assertDetection(Detection detection, String label, double confidence, Box box) {
    assertThat(detection.label()).isEqualTo(label);
    assertThat(detection.confidence()).isEqualTo(confidence, within(1e-4));
    assertThat(detection.box().iou(box)).as("%s", detection.box()).isEqualTo(1, within(1e-3));
  }
}
