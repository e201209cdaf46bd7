package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.ImageDecoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The project's own models and two of others on real pictures. */
@Tag("media")
final class RealModelsTest {
  private static final FrameTime TIME = new FrameTime(Instant.EPOCH, null, null, 0, true, true);

  private final OnnxModels models =
      OnnxModels.of(ModelOptions.defaults().withFolder(TestMedia.repository().resolve("models")));

  @AfterEach
  void close() {
    models.close();
  }

  @Test
  void smoke_and_fire_of_a_burning_house_are_seen() throws Exception {
    List<List<Detection>> frames =
        everyTwentieth("fire_smoke", null, TestMedia.require("video/house6.mp4"));
    assertThat(frames.stream().filter(f -> !f.isEmpty()).count()).isGreaterThan(frames.size() / 5);
    assertThat(frames).allSatisfy(f -> assertThat(f).allMatch(d -> d.confidence() >= 0.45));
  }

  @Test
  void a_car_park_holds_neither_weapons_nor_fire() throws Exception {
    Path video = TestMedia.require("video/car-detection.mp4");
    assertThat(everyTwentieth("weapon", null, video)).allMatch(List::isEmpty);
    assertThat(everyTwentieth("fire_smoke", null, video)).allMatch(List::isEmpty);
  }

  @Test
  void cars_from_above_get_boxes_from_yolox() throws Exception {
    Path yolox = TestMedia.require("models/yolox_nano.onnx");
    List<List<Detection>> frames =
        everyTwentieth("objects", yolox, TestMedia.require("video/car-detection.mp4"));
    // Frames 80, 200 and 220 hold whole cars. From above the model takes most for cell phones.
    for (int frame : new int[] {80, 200, 220}) {
      assertThat(frames.get(frame / 20))
          .anyMatch(d ->
              List.of("car", "bus", "truck", "cell phone").contains(d.label())
                  && d.box().area() > 10_000);
    }
    assertThat(frames.getFirst()).isEmpty();
  }

  @Test
  void plates_are_found_by_both_kinds_of_model() throws Exception {
    Path foreign = TestMedia.require("models/plates_yolov5face_320.onnx");
    Path folder = TestMedia.require("train/plates/val");
    List<Path> pictures;
    try (var files = Files.list(folder)) {
      pictures = files.sorted().limit(12).toList();
    }
    int own = 0;
    int others = 0;
    for (Path picture : pictures) {
      own += detect("alpr", null, picture).isEmpty() ? 0 : 1;
      List<Detection> plates = detect("alpr", foreign, picture);
      others += plates.isEmpty() ? 0 : 1;
      assertThat(plates).allMatch(d -> d.label().equals("plate") && d.corners().size() == 4);
      // Clockwise from the top left, near their box.
      for (Detection plate : plates) {
        assertThat(plate.corners().get(0).x()).isLessThan(plate.corners().get(1).x());
        assertThat(plate.corners().get(0).y()).isLessThan(plate.corners().get(3).y());
        assertThat(plate.corners().get(3).x()).isLessThan(plate.corners().get(2).x());
      }
    }
    assertThat(own).isGreaterThan(pictures.size() * 2 / 3);
    assertThat(others).isGreaterThan(pictures.size() / 2);
  }

  private List<Detection> detect(String type, @Nullable Path model, Path picture) throws Exception {
    try (Detector detector = detector(type, model);
        VideoFrame frame = ImageDecoder.decode(Files.readAllBytes(picture), TIME)) {
      return detector.detect(frame);
    }
  }

  private List<List<Detection>> everyTwentieth(String type, @Nullable Path model, Path video)
      throws MediaException {
    List<List<Detection>> found = new ArrayList<>();
    try (Detector detector = detector(type, model);
        FileDemuxer demuxer = FileDemuxer.open(video.toString());
        VideoDecoder decoder = VideoDecoder.open(demuxer.track())) {
      int number = 0;
      boolean more = true;
      while (more) {
        Sample sample = demuxer.next();
        if (sample == null) {
          decoder.end();
          more = false;
        } else {
          decoder.send(new EncodedFrame(demuxer.track(), sample.data(), TIME));
        }
        for (VideoFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
          try (VideoFrame f = frame) {
            if (number++ % 20 == 0) {
              found.add(detector.detect(f));
            }
          }
        }
      }
    }
    return found;
  }

  private Detector detector(String type, @Nullable Path model) {
    return Detectors.load()
        .create(
            new DetectorSettings(
                type,
                type,
                true,
                model == null ? null : model.toString(),
                ConfidenceThreshold.unset(),
                List.of(),
                List.of(),
                ConfirmSettings.defaults(),
                0,
                0,
                60,
                Map.of()),
            new DetectorContext(models, "auto"));
  }
}
