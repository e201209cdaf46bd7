package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.cli.KvsInfer;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.PlateReading;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code kvs-infer detect} and a camera's worker find the same in the same frames. */
final class DetectLikeWorkerTest {
  private static final Path MODELS = TestMedia.repository().resolve("models");
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  /** The command prints four digits of a confidence and two of a pixel. */
  private static final double CONFIDENCE = 0.5001e-4;

  private static final double PIXEL = 0.5001e-2;

  @TempDir Path folder;

  /** What the worker found, frame by frame. */
  private final List<List<Detection>> found = new ArrayList<>();

  @AfterEach
  void nothing_native_is_left() {
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  @Tag("media")
  void in_a_video_at_the_model_s_own_thresholds() throws Exception {
    Path clip = clip(TestMedia.require("video/house6.mp4"), 45);
    look("{type: fire_smoke}", "", pictures(clip));
    assertSame(detect(clip, "--type", "fire_smoke"));
  }

  @Test
  @Tag("media")
  void in_a_video_at_a_threshold_that_is_said() throws Exception {
    Path clip = clip(TestMedia.require("video/house6.mp4"), 20);
    String detector = "{type: fire_smoke, confidence_threshold: 0.1}";
    look(detector, "", pictures(clip));
    assertSame(detect(clip, "--type", "fire_smoke", "--confidence", "0.1"));
  }

  @Test
  @Tag("media")
  void in_pictures_of_which_a_part_is_masked() throws Exception {
    Path clip = clip(TestMedia.require("video/house6.mp4"), 20);
    List<VideoFrame> all = pictures(clip);
    all.subList(0, 15).forEach(VideoFrame::close);
    List<VideoFrame> pictures = all.subList(15, all.size());
    Files.delete(clip);
    VideoFrame first = pictures.getFirst();
    int half = first.width() / 2;
    for (int i = 0; i < pictures.size(); i++) {
      png(pictures.get(i), half, folder.resolve("picture-%d.png".formatted(i)));
    }
    String right =
        "regions: [{name: right, kind: mask, polygon: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]}]";
    String detector = "{type: fire_smoke, confidence_threshold: 0.02}";
    look(detector, right, pictures);
    assertSame(detect(folder, "--type", "fire_smoke", "--confidence", "0.02"));
  }

  @Test
  void in_plates_that_are_read() throws Exception {
    Path picture = Files.createDirectory(folder.resolve("in")).resolve("bars.png");
    ImageIO.write(bars(), "png", picture.toFile());
    Path plates = plateInTheMiddle();
    Path reader =
        TinyOnnx.greyReader(16, 0, 1 / 3f, 2 / 3f, 1)
            .metadata("input_range", "unit")
            .write(folder.resolve("reader.onnx"));
    Path charset = Files.writeString(folder.resolve("dict.txt"), "A\nB\nC\n");
    String detector =
        "{type: alpr, model: '%s', params: {reader: '%s', reader_charset: '%s'}}"
            .formatted(plates, reader, charset);
    byte[] bgr = bgr(bars());
    look(detector, "", List.of(BgrPictures.of(bgr, 256, 256, time(0))));
    assertThat(found.getFirst())
        .extracting(Detection::reading)
        .extracting(PlateReading::text)
        .containsExactly("ABC");
    assertSame(
        detect(
            picture,
            "--model",
            plates.toString(),
            "--ocr",
            reader.toString(),
            "--charset",
            charset.toString()));
  }

  /** As a camera's worker looks at them; closes them. */
  private void look(String detector, String more, List<VideoFrame> frames) {
    ModelOptions options = ModelOptions.defaults().withFolder(MODELS);
    try (OnnxModels models = OnnxModels.of(options);
        FrameLooker looker =
            new FrameLooker(
                camera(detector, more),
                Detectors.load(),
                new DetectorContext(models, "cpu"),
                new WorkerMetrics(new PrometheusRegistry()),
                found::add)) {
      for (VideoFrame frame : frames) {
        try (VideoFrame looked = frame) {
          looker.look(looked);
        }
      }
    }
    assertThat(found).hasSameSizeAs(frames);
  }

  private static CameraSettings camera(String detector, String more) {
    String yaml =
        """
        schema: 1
        aws: {region: eu-central-1}
        cameras:
          - id: yard
            stream_name: yard
            fps_target: 5
            detectors: [%s]
            %s
        """
            .formatted(detector, more);
    return switch (SettingsReader.read(yaml)) {
      case Verdict.Accepted<Settings>(var settings, var _) -> settings.cameras().getFirst();
      case Verdict.Refused<Settings>(var violations) ->
          throw new AssertionError(violations.toString());
    };
  }

  private static List<JsonNode> detect(Path input, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("detect", "--input", input.toString(), "--json"));
    arguments.addAll(List.of("--models", MODELS.toString(), "--device", "cpu"));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    CommandLine command = KvsInfer.commandLine(Map.of(), () -> T);
    command.setOut(new PrintWriter(out, true));
    assertThat(command.execute(arguments.toArray(String[]::new))).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    return lines;
  }

  /** What the worker found is what the command printed, in the same order. */
  private void assertSame(List<JsonNode> lines) {
    assertThat(lines).hasSameSizeAs(found);
    assertThat(found.stream().mapToInt(List::size).sum()).isPositive();
    for (int frame = 0; frame < lines.size(); frame++) {
      JsonNode printed = lines.get(frame).get("detections");
      List<Detection> seen = found.get(frame);
      assertThat(printed).as("frame %d: %s", frame, seen).hasSameSizeAs(seen);
      for (int i = 0; i < seen.size(); i++) {
        assertSame(seen.get(i), printed.get(i));
      }
    }
  }

  private static void assertSame(Detection seen, JsonNode printed) {
    assertThat(printed.get("label").asText()).isEqualTo(seen.label());
    assertThat(printed.get("confidence").asDouble())
        .isCloseTo(seen.confidence(), within(CONFIDENCE));
    double[] box = {seen.box().x(), seen.box().y(), seen.box().width(), seen.box().height()};
    double[] at =
        IntStream.range(0, 4)
            .mapToDouble(i -> printed.get(List.of("x", "y", "width", "height").get(i)).asDouble())
            .toArray();
    assertThat(at).containsExactly(box, within(PIXEL));
    PlateReading reading = seen.reading();
    assertThat(printed.path("plate").path("text").asText())
        .isEqualTo(reading == null ? "" : reading.text());
  }

  /** The first frames of a video, as they are encoded. */
  private Path clip(Path video, int frames) throws Exception {
    Path clip = folder.resolve("clip.mp4");
    try (FileDemuxer demuxer = FileDemuxer.open(video.toString());
        Mp4FileWriter writer = Mp4FileWriter.create(clip, demuxer.track())) {
      for (int i = 0; i < frames; i++) {
        Sample sample = demuxer.next();
        if (sample == null) {
          throw new AssertionError("only " + i + " frames");
        }
        writer.add(sample);
      }
    }
    return clip;
  }

  /** Decoded on one thread, as a worker does, a second apart so that each is looked at. */
  private static List<VideoFrame> pictures(Path clip) throws Exception {
    List<VideoFrame> pictures = new ArrayList<>();
    try (FileDemuxer demuxer = FileDemuxer.open(clip.toString());
        VideoDecoder decoder = VideoDecoder.open(demuxer.track())) {
      for (Sample s = demuxer.next(); s != null; s = demuxer.next()) {
        decoder.send(new EncodedFrame(demuxer.track(), s.data(), time(s.presentUs() / 1000)));
        receive(decoder, pictures);
      }
      decoder.end();
      receive(decoder, pictures);
    }
    return pictures;
  }

  private static void receive(VideoDecoder decoder, List<VideoFrame> pictures) {
    for (VideoFrame f = decoder.receive(); f != null; f = decoder.receive()) {
      pictures.add(f);
    }
  }

  /** Frames of 25 or 30 a second, each a second after the one before. */
  private static FrameTime time(long millis) {
    return new FrameTime(T.plusMillis(30 * millis), null, null, millis, true, true);
  }

  /** The left part of a picture, exactly as it is. */
  private static void png(VideoFrame frame, int to, Path file) throws Exception {
    byte[] bgr = frame.toBgr();
    BufferedImage image =
        new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < to; x++) {
        int at = 3 * (y * frame.width() + x);
        image.setRGB(
            x, y, (bgr[at + 2] & 0xff) << 16 | (bgr[at + 1] & 0xff) << 8 | (bgr[at] & 0xff));
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  /** Always sees one plate, from 64, 96 to 192, 160 of 256. */
  private Path plateInTheMiddle() throws Exception {
    int rows = 3 * (32 * 32 + 16 * 16 + 8 * 8);
    float[] output = new float[rows * 15];
    float[] row = {128, 128, 128, 64, 1, 64, 96, 192, 96, 192, 160, 64, 160, 0.9f, 0};
    System.arraycopy(row, 0, output, 0, row.length);
    return TinyOnnx.constant(List.of(1, 3, 256, 256), List.of(1, rows, 15), output)
        .write(folder.resolve("plates.onnx"));
  }

  /** The plate is written in eight bars: A, nothing, B, nothing, C, and nothing. */
  private static BufferedImage bars() {
    int[] greys = {85, 0, 170, 0, 255, 0, 0, 0};
    BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 256; y++) {
      for (int x = 0; x < 256; x++) {
        image.setRGB(x, y, (x < 64 || x >= 192 ? 128 : greys[(x - 64) / 16]) * 0x010101);
      }
    }
    return image;
  }

  private static byte[] bgr(BufferedImage image) {
    byte[] bgr = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < bgr.length; i++) {
      int pixel = i / 3;
      int rgb = image.getRGB(pixel % image.getWidth(), pixel / image.getWidth());
      bgr[i] = (byte) (rgb >> (8 * (i % 3)));
    }
    return bgr;
  }
}
