package io.kvsinfer.examples.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorRefusedException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As a worker uses it: found by its type, made by its settings. */
final class BrightSpotTest {
  @TempDir private static Path folder;

  private final OnnxModels models = OnnxModels.of(ModelOptions.defaults().withFolder(folder));

  @AfterEach
  void close() {
    models.close();
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void a_bright_spot_is_found_where_it_is() {
    try (Detector detector = detector(Map.of());
        VideoFrame dark = frame(0, 0);
        VideoFrame lit = frame(160, 255)) {
      detector.warmUp();
      assertThat(detector.detect(dark)).isEmpty();
      List<Detection> found = detector.detect(lit);
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().label()).isEqualTo("bright");
      assertThat(found.getFirst().box().iou(new Box(160, 90, 80, 60))).isGreaterThan(0.8);
      assertThat(detector.models()).isEmpty();
      assertThat(detector.device()).isEqualTo("cpu");
    }
  }

  @Test
  void its_params_decide() {
    try (Detector strict = detector(Map.of("least_pixels", 1000L));
        VideoFrame lit = frame(160, 255)) {
      assertThat(strict.detect(lit)).isEmpty();
    }
  }

  @Test
  void wrong_params_are_refused_for_good_and_named() {
    assertThatThrownBy(() -> detector(Map.of("least_luma", 300L)))
        .isInstanceOf(DetectorRefusedException.class)
        .hasMessageContaining("params.least_luma = 300")
        .hasMessageContaining("from 1 to 255");
    assertThatThrownBy(() -> detector(Map.of("lest_luma", 30L)))
        .isInstanceOf(DetectorRefusedException.class)
        .hasMessageContaining("params.lest_luma is not known")
        .hasMessageContaining("least_luma, least_pixels");
  }

  private Detector detector(Map<String, Object> params) {
    DetectorSettings settings =
        new DetectorSettings(
            "bright_spot",
            "lamps",
            true,
            null,
            ConfidenceThreshold.unset(),
            List.of(),
            List.of(),
            ConfirmSettings.defaults(),
            0,
            0,
            60,
            params);
    return Detectors.load().create(settings, new DetectorContext(models, "cpu"));
  }

  /** 640 × 360, with 80 × 60 pixels of the given brightness from {@code x}, 90 on. */
  private static VideoFrame frame(int x, int brightness) {
    byte[] bgr = new byte[640 * 360 * 3];
    for (int y = 90; y < 150; y++) {
      Arrays.fill(bgr, (y * 640 + x) * 3, (y * 640 + x + 80) * 3, (byte) brightness);
    }
    return BgrPictures.of(bgr, 640, 360, new FrameTime(Instant.EPOCH, null, null, 0, true, true));
  }
}
