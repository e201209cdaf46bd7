package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fire and smoke model on a burning house, five frames a second. */
@Tag("media")
class FrameLookerTest {
  private static final String HOUSE = "video/house6.mp4";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final WorkerMetrics metrics = new WorkerMetrics(registry);
  private final OnnxModels models =
      OnnxModels.of(ModelOptions.defaults().withFolder(TestMedia.repository().resolve("models")));

  @AfterEach
  void nothing_native_is_left() {
    models.close();
    assertThat(NativeObjects.open()).isZero();
  }

  private FrameLooker looker(CameraSettings settings) {
    return new FrameLooker(settings, Detectors.load(), new DetectorContext(models, "cpu"), metrics);
  }

  private List<IncidentChange> watch(FrameLooker looker, int seconds) throws Exception {
    List<IncidentChange> changes = new ArrayList<>();
    List<Fragment> fragments = Footage.of(TestMedia.require(HOUSE), 6, seconds, 5, Footage.T);
    EncodedFrame first = fragments.getFirst().frames().getFirst();
    try (VideoDecoder decoder = VideoDecoder.open(first.track())) {
      for (Fragment fragment : fragments) {
        for (EncodedFrame encoded : fragment.frames()) {
          decoder.send(encoded);
          look(decoder, looker, changes);
        }
      }
      decoder.end();
      look(decoder, looker, changes);
    }
    return changes;
  }

  private static void look(VideoDecoder decoder, FrameLooker looker, List<IncidentChange> changes) {
    for (VideoFrame f = decoder.receive(); f != null; f = decoder.receive()) {
      try (VideoFrame frame = f) {
        changes.addAll(looker.look(frame));
      }
    }
  }

  private double detections() {
    return registry.scrape().stream()
        .filter(m -> m.getMetadata().getName().equals("kvs_infer_detections"))
        .map(CounterSnapshot.class::cast)
        .flatMap(c -> c.getDataPoints().stream())
        .mapToDouble(d -> d.getValue())
        .sum();
  }

  @Test
  void what_is_seen_again_and_again_opens_an_incident() throws Exception {
    try (FrameLooker looker = looker(Cameras.camera(""))) {
      List<IncidentChange> changes = watch(looker, 4);
      assertThat(changes).isNotEmpty();
      assertThat(changes.getFirst()).isInstanceOf(IncidentChange.Opened.class);
      assertThat(looker.open()).isNotEmpty();
      assertThat(looker.models()).containsOnlyKeys("fire_smoke");
      assertThat(detections()).isGreaterThan(5);
      assertThat(looker.endOfStream(null)).allMatch(IncidentChange.Closed.class::isInstance);
      assertThat(looker.open()).isEmpty();
    }
  }

  @Test
  void nothing_is_detected_under_a_mask() throws Exception {
    String mask = "regions: [{name: all, kind: mask, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}]";
    try (FrameLooker looker = looker(Cameras.camera(mask))) {
      assertThat(watch(looker, 4)).isEmpty();
      assertThat(detections()).isZero();
    }
  }

  @Test
  void what_a_mask_leaves_is_still_detected() throws Exception {
    String mask = "regions: [{name: corner, kind: mask, polygon: [[0, 0], [0.02, 0], [0, 0.02]]}]";
    try (FrameLooker looker = looker(Cameras.camera(mask))) {
      assertThat(watch(looker, 4)).isNotEmpty();
    }
  }

  @Test
  void a_successor_looks_at_nothing_its_predecessor_looked_at() throws Exception {
    try (FrameLooker looker = looker(Cameras.camera(""))) {
      looker.resumeAfter(Footage.T.plusMillis(1900));
      watch(looker, 2);
      assertThat(detections()).isZero();
    }
  }

  @Test
  void open_incidents_of_a_predecessor_are_taken_over() {
    OpenIncident open =
        new OpenIncident(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "fire_smoke",
            "fire_smoke",
            "fire",
            2,
            Footage.T,
            Footage.T.plusSeconds(1),
            new Box(0.1, 0.1, 0.2, 0.2),
            0.8,
            null);
    try (FrameLooker looker = looker(Cameras.camera(""))) {
      looker.restore(List.of(open), List.of());
      assertThat(looker.open())
          .singleElement()
          .extracting(OpenIncident::incidentId)
          .isEqualTo(open.incidentId());
    }
  }

  @Test
  void a_model_that_is_not_there_names_what_is() {
    CameraSettings settings = Cameras.camera("detectors: [{type: fire_smoke, model: nothing}]");
    assertThatThrownBy(() -> looker(settings))
        .isInstanceOf(DetectorException.class)
        .hasMessageContainingAll("nothing", "fire_smoke-n-320");
  }
}
