package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorRefusedException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.PlateReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a picture to text, on models that compute: plates are written in bars of grey, which a
 * reader of two dozen numbers tells apart.
 */
final class PlateReadingTest {
  private static final int SIDE = 256;
  private static final int CELLS = 32 * 32 + 16 * 16 + 8 * 8;

  /** Top-left, top-right, bottom-right, bottom-left of a slanted plate. */
  private static final double[] CORNERS = {40, 100, 210, 80, 214, 140, 44, 160};

  /** Blank is black, C white; two of the sixteen columns for each bar. */
  private static final String BARS = "A_B_C_C_";

  @TempDir private static Path folder;

  private final OnnxModels models = OnnxModels.of(ModelOptions.defaults().withFolder(folder));
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void close() {
    models.close();
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void a_slanted_plate_is_read() throws IOException {
    Path reader =
        TinyOnnx.greyReader(16, 0, 1 / 3f, 2 / 3f, 1)
            .metadata("charset", "ABC")
            .metadata("input_range", "unit")
            .write(folder.resolve("reader.onnx"));
    PlateReading reading = read(reader, Map.of());
    assertThat(reading.text()).isEqualTo("ABCC");
    assertThat(reading.confidence()).isGreaterThan(0.9);
    assertThat(reading.weight()).isGreaterThan(30);
    assertThat(heard).containsExactly("alpr plates", "alpr reader");
  }

  @Test
  void the_reader_of_the_manifest_is_taken_where_none_is_named() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path reader =
        TinyOnnx.greyReader(16, 0, 85, 170, 255)
            .metadata("task", "plate_text")
            .metadata("layout", "ctc")
            .metadata("names", "[\"A\", \"B\", \"C\"]")
            .metadata("blank", "0")
            .metadata("scale", "255")
            .metadata("resize", "stretch")
            .write(home.resolve("r.onnx"));
    String sha256 =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(reader)));
    Files.writeString(
        home.resolve("manifest.json"),
        """
        {"schema": "kvs-infer.models/1", "models": [
          {"name": "plate_text-s", "file": "r.onnx", "sha256": "%s", "type": "alpr", "size": "s",
           "role": "reader", "default_reader_for": "alpr", "input": [1, 1, 1, 16], "layout": "ctc",
           "classes": ["A", "B", "C"], "licence": "MIT", "made": "here"}]}
        """
            .formatted(sha256));
    try (OnnxModels own = OnnxModels.of(ModelOptions.defaults().withFolder(home));
        Detector detector = alpr(own, Map.of());
        VideoFrame frame = frame()) {
      assertThat(reading(detector.detect(frame)).text()).isEqualTo("ABCC");
      assertThat(detector.models()).extracting(ModelRef::name).contains("plate_text-s");
    }
  }

  @Test
  void a_dictionary_of_its_own_and_other_conventions_are_said_by_params() throws IOException {
    // Numbers from -1 to 1, and the blank last.
    Path reader =
        TinyOnnx.greyReader(16, -1 / 3f, 1 / 3f, 1, -1).write(folder.resolve("signed.onnx"));
    Path charset = Files.writeString(folder.resolve("dict.txt"), "X\nY\nZ\n");
    PlateReading reading =
        read(reader, Map.of("reader_charset", charset.toString(), "reader_blank", "last"));
    assertThat(reading.text()).isEqualTo("XYZZ");
  }

  @Test
  void slots_take_each_column_as_a_place() throws IOException {
    Path reader =
        TinyOnnx.greyReader(8, 0, 1 / 3f, 2 / 3f, 1)
            .metadata("alphabet", "_ABC")
            .metadata("input_range", "unit")
            .write(folder.resolve("slots.onnx"));
    assertThat(read(reader, Map.of()).text()).isEqualTo("ABCC");
  }

  @Test
  void what_is_not_sure_is_not_read() throws IOException {
    Path reader =
        TinyOnnx.greyReader(16, 0, 1 / 3f, 1 / 3f + 0.01f, 1)
            .metadata("charset", "ABC")
            .metadata("input_range", "unit")
            .write(folder.resolve("unsure.onnx"));
    assertThat(read(reader, Map.of("reader_confidence", 0.2)).text()).isNotEmpty();
    assertThat(read(reader, Map.of("reader_confidence", 0.99))).isEqualTo(PlateReading.NONE);
  }

  @Test
  void both_models_stand_in_the_events_and_without_a_reader_plates_are_found() throws IOException {
    Path reader =
        TinyOnnx.greyReader(16, 0, 1 / 3f, 2 / 3f, 1)
            .metadata("charset", "ABC")
            .write(folder.resolve("models.onnx"));
    try (Detector detector = alpr(Map.of("reader", reader.toString()))) {
      detector.warmUp();
      assertThat(detector.models())
          .extracting(ModelRef::role)
          .containsExactly("detector", "reader");
      assertThat(detector.device()).isEqualTo("cpu");
    }
    try (Detector detector = alpr(Map.of("reader", "none"));
        VideoFrame frame = frame()) {
      assertThat(detector.models()).hasSize(1);
      assertThat(detector.detect(frame).getFirst().reading()).isNull();
    }
    assertThat(models.openSessions()).isZero();
  }

  @Test
  void a_reader_that_cannot_be_used_is_refused_for_good() throws IOException {
    Path reader = TinyOnnx.greyReader(16, 0, 1).write(folder.resolve("mute.onnx"));
    assertThatThrownBy(() -> alpr(Map.of("reader", reader.toString())))
        .isInstanceOf(DetectorRefusedException.class)
        .hasMessageContaining("detector alpr: reader mute")
        .hasMessageContaining("params.reader_charset");
    assertThatThrownBy(() -> alpr(Map.of("reader", "absent")))
        .isInstanceOf(DetectorRefusedException.class)
        .hasMessageContaining("absent is not known");
    assertThatThrownBy(() -> alpr(Map.of("countries", List.of("XX"))))
        .isInstanceOf(DetectorRefusedException.class)
        .hasMessageContaining("params.countries");
    assertThat(models.openSessions()).isZero();
  }

  private PlateReading read(Path reader, Map<String, Object> params) throws IOException {
    Map<String, Object> all = new HashMap<>(params);
    all.put("reader", reader.toString());
    try (Detector detector = alpr(all);
        VideoFrame frame = frame()) {
      List<Detection> found = detector.detect(frame);
      assertThat(found).hasSize(1);
      return reading(found);
    }
  }

  private static PlateReading reading(List<Detection> found) {
    return Objects.requireNonNull(found.getFirst().reading());
  }

  /** A detector that always finds the plate at its corners. */
  private Detector alpr(Map<String, Object> params) throws IOException {
    return alpr(models, params);
  }

  private Detector alpr(OnnxModels from, Map<String, Object> params) throws IOException {
    float[] output = new float[3 * CELLS * 15];
    float[] row = new float[15];
    System.arraycopy(new float[] {127, 120, 174, 80, 1}, 0, row, 0, 5);
    for (int i = 0; i < 8; i++) {
      row[5 + i] = (float) CORNERS[i];
    }
    row[13] = 0.9f;
    System.arraycopy(row, 0, output, 0, 15);
    Path file =
        TinyOnnx.constant(List.of(1, 3, SIDE, SIDE), List.of(1, 3 * CELLS, 15), output)
            .write(folder.resolve("plates.onnx"));
    DetectorSettings settings =
        new DetectorSettings(
            "alpr",
            "alpr",
            true,
            file.toString(),
            ConfidenceThreshold.unset(),
            List.of(),
            List.of(),
            ConfirmSettings.defaults(),
            0,
            0,
            60,
            params);
    return Detectors.load()
        .create(
            settings,
            new DetectorContext(
                from, "cpu", (type, model, device, seconds) -> heard.add(type + " " + model)));
  }

  private static VideoFrame frame() {
    byte[] bgr = new byte[SIDE * SIDE * 3];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double u = across(x + 0.5, y + 0.5);
        int grey = u < 0 || u >= 1 ? 128 : grey(BARS.charAt((int) (u * BARS.length())));
        for (int c = 0; c < 3; c++) {
          bgr[(y * SIDE + x) * 3 + c] = (byte) grey;
        }
      }
    }
    return BgrPictures.of(bgr, SIDE, SIDE, new FrameTime(Instant.EPOCH, null, null, 0, true, true));
  }

  /** Where a pixel lies between the plate's left and right edge, which are parallel. */
  private static double across(double x, double y) {
    double left =
        CORNERS[0] + (y - CORNERS[1]) / (CORNERS[7] - CORNERS[1]) * (CORNERS[6] - CORNERS[0]);
    double right =
        CORNERS[2] + (y - CORNERS[3]) / (CORNERS[5] - CORNERS[3]) * (CORNERS[4] - CORNERS[2]);
    return (x - left) / (right - left);
  }

  private static int grey(char bar) {
    return bar == '_' ? 0 : 85 * (bar - 'A' + 1);
  }
}
