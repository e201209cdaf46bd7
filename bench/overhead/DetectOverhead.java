import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.ImageDecoder;
import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * CPU time of one looked-at frame beside its ONNX run: scaling a 1920 × 1080 picture (4:2:0, as
 * video is) into a 640 × 640 tensor, copying the output, reading 8400 rows of 85 numbers,
 * suppression among some 400 boxes. The model does nothing but hand out a constant; what such a run
 * costs by itself is printed beside it. The README says how it is run and what came out.
 */
final class DetectOverhead {
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 1000;
  private static final int CELLS = 80 * 80 + 40 * 40 + 20 * 20;

  private DetectOverhead() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("bench");
    Path file = model(folder.resolve("constant.onnx"));
    DetectorSettings settings =
        new DetectorSettings(
            "objects", "objects", true, file.toString(), ConfidenceThreshold.unset(), List.of(),
            List.of(), ConfirmSettings.defaults(), 0, 0, 60, Map.of("layout", "yolox"));
    var threads = ManagementFactory.getThreadMXBean();
    long[] cpu = new long[ROUNDS];
    try (OnnxModels models =
            OnnxModels.of(ModelOptions.defaults().withFolder(folder).withIntraOpThreads(1));
        Detector detector =
            Detectors.load()
                .create(settings, new DetectorContext(models, "cpu"));
        Network network = models.open(file.toString(), "cpu");
        JpegEncoder jpeg = new JpegEncoder();
        VideoFrame frame =
            ImageDecoder.decode(
                jpeg.encodeBgr(noise(1920 * 1080 * 3), 1920, 1080, 90),
                new FrameTime(Instant.EPOCH, null, null, 0, true, true))) {
      network.bind(640, 640);
      long[] constantRun = new long[ROUNDS];
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        long start = threads.getCurrentThreadCpuTime();
        network.run();
        if (i >= 0) {
          constantRun[i] = threads.getCurrentThreadCpuTime() - start;
        }
      }
      Arrays.sort(constantRun);
      int found = 0;
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        long start = threads.getCurrentThreadCpuTime();
        found = detector.detect(frame).size();
        if (i >= 0) {
          cpu[i] = threads.getCurrentThreadCpuTime() - start;
        }
      }
      Arrays.sort(cpu);
      System.out.printf(
          "{\"boxes\": %d, \"cpu_ms_median\": %.3f, \"cpu_ms_p90\": %.3f, \"constant_run_ms\": %.3f}%n",
          found,
          cpu[ROUNDS / 2] / 1e6,
          cpu[ROUNDS * 9 / 10] / 1e6,
          constantRun[ROUNDS / 2] / 1e6);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /** One cell in twenty is an object somewhere. */
  private static Path model(Path file) throws Exception {
    Random random = new Random(5);
    float[] output = new float[CELLS * 85];
    for (int row = 0; row < CELLS; row++) {
      output[row * 85] = random.nextFloat();
      output[row * 85 + 1] = random.nextFloat();
      output[row * 85 + 4] = random.nextInt(20) == 0 ? 0.9f : 0.01f;
      for (int c = 0; c < 80; c++) {
        output[row * 85 + 5 + c] = random.nextFloat();
      }
    }
    return TinyOnnx.constant(List.of(1, 3, 640, 640), List.of(1, CELLS, 85), output).write(file);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
