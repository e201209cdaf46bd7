package io.kvsinfer.worker.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.kvsinfer.worker.sample.Decision;
import io.kvsinfer.worker.sample.PlannedFrame;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.file.FileSource;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real clips through sampling, detection and confirmation. */
@Tag("media")
final class RealVideoTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  @Test
  void a_burning_house_is_one_incident_of_fire_and_one_of_smoke() throws Exception {
    List<IncidentChange> changes = watch("fire_smoke", null, TestMedia.require("video/house6.mp4"));
    assertThat(changes.stream().filter(Opened.class::isInstance))
        .extracting(c -> c.incident().label())
        .containsExactlyInAnyOrder("fire", "smoke");
    assertThat(count(changes, Closed.class)).isEqualTo(2);
  }

  @Test
  void four_cars_that_pass_are_four_incidents_and_a_second_run_gives_the_same() throws Exception {
    // Seen from above; the model takes most of them for something else, but sees each of them.
    Path model = TestMedia.require("models/yolox_nano.onnx");
    Path clip = TestMedia.require("video/car-detection.mp4");
    List<IncidentChange> changes = watch("objects", model.toString(), clip);
    assertThat(count(changes, Opened.class)).isEqualTo(4);
    assertThat(count(changes, Closed.class)).isEqualTo(4);
    assertThat(watch("objects", model.toString(), clip)).isEqualTo(changes);
  }

  private static long count(List<IncidentChange> changes, Class<? extends IncidentChange> kind) {
    return changes.stream().filter(kind::isInstance).count();
  }

  private static List<IncidentChange> watch(String type, @Nullable String model, Path clip)
      throws Exception {
    DetectorSettings settings =
        new DetectorSettings(
            type,
            type,
            true,
            model,
            ConfidenceThreshold.unset(),
            List.of(),
            List.of(),
            ConfirmSettings.defaults(),
            0,
            0,
            60,
            Map.of());
    List<IncidentChange> changes = new ArrayList<>();
    Sampler sampler = new Sampler(SampleGrid.of(5));
    IncidentConfirmer confirmer = new IncidentConfirmer("clip", settings, List.of(), 5);
    Path models = TestMedia.repository().resolve("models");
    try (OnnxModels open = OnnxModels.of(ModelOptions.defaults().withFolder(models));
        Detector detector = Detectors.load().create(settings, new DetectorContext(open, "cpu"));
        FileSource source =
            new FileSource(clip.toString(), T, FileSource.Pace.AS_READ, InstantSource.system())) {
      VideoDecoder decoder = null;
      while (source.next() instanceof SourceEvent.Fragment fragment) {
        for (PlannedFrame planned : sampler.plan(fragment.frames())) {
          if (decoder == null) {
            decoder = VideoDecoder.open(planned.frame().track());
          }
          if (planned.decision() != Decision.DROP) {
            EncodedFrame frame = planned.frame();
            decoder.send(frame);
            look(decoder, sampler, detector, confirmer, changes);
          }
        }
      }
      if (decoder != null) {
        decoder.end();
        look(decoder, sampler, detector, confirmer, changes);
        decoder.close();
      }
    }
    changes.addAll(confirmer.endOfStream(null));
    return changes;
  }

  private static void look(
      VideoDecoder decoder,
      Sampler sampler,
      Detector detector,
      IncidentConfirmer confirmer,
      List<IncidentChange> changes) {
    for (VideoFrame next = decoder.receive(); next != null; next = decoder.receive()) {
      try (VideoFrame frame = next) {
        if (sampler.looksAt(frame.time())) {
          changes.addAll(
              confirmer.look(
                  new Look(frame.time(), frame.width(), frame.height(), detector.detect(frame))));
        }
      }
    }
  }
}
