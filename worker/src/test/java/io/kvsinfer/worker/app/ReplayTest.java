package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.kvsinfer.worker.publish.EventContext;
import io.kvsinfer.worker.publish.EvidenceWriter;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.MotionZone;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Media to events, twice: decoding, motion gate, detection, tracking, confirmation, evidence. */
@Tag("media")
class ReplayTest {
  private static final List<String> OF_THE_RUN =
      List.of("detected_at", "published_at", "launch", "generation");

  @Test
  void the_same_media_gives_the_same_events_byte_for_byte_but_for_the_four_fields_of_the_run()
      throws Exception {
    List<Fragment> fragments =
        Footage.of(TestMedia.require("video/house6.mp4"), 6, 12, 5, Footage.T);
    List<String> first = run(fragments, Instant.parse("2026-11-21T03:00:00Z"), 1);
    List<String> second = run(fragments, Instant.parse("2027-01-01T00:00:00Z"), 2);
    assertThat(first).hasSizeGreaterThan(2).isEqualTo(second);
    assertThat(NativeObjects.open()).isZero();
  }

  private static List<String> run(List<Fragment> fragments, Instant now, long generation)
      throws Exception {
    CameraSettings settings = Cameras.camera("");
    ModelOptions options =
        ModelOptions.defaults().withFolder(TestMedia.repository().resolve("models"));
    ScriptedSource source = new ScriptedSource().then(fragments);
    source.then(new SourceEvent.End());
    try (OnnxModels models = OnnxModels.of(options);
        FrameLooker looker =
            new FrameLooker(
                settings,
                Detectors.load(),
                new DetectorContext(models, "cpu"),
                new WorkerMetrics(new PrometheusRegistry()));
        EvidenceWriter evidence =
            new EvidenceWriter(
                new EventContext(
                    "yard",
                    null,
                    "media",
                    List.of(),
                    looker.models(),
                    SettingsRevision.of(settings)))) {
      LeaseRecord lease = new LeaseRecord("yard", generation, "launch-" + generation, now);
      Events events = new Events(looker, evidence, lease, now);
      MotionGate gate = new MotionGate(settings.motion(), 5, MotionZone.of(settings));
      new Viewing("yard", source, new Sampler(SampleGrid.of(5)), gate, true, events).run();
      events.add(looker.endOfStream(null), null);
      return events.json;
    }
  }

  private static final class Events implements Viewing.Viewer {
    final List<String> json = new ArrayList<>();
    private final FrameLooker looker;
    private final EvidenceWriter evidence;
    private final LeaseRecord lease;
    private final Instant now;

    Events(FrameLooker looker, EvidenceWriter evidence, LeaseRecord lease, Instant now) {
      this.looker = looker;
      this.evidence = evidence;
      this.lease = lease;
      this.now = now;
    }

    void add(List<IncidentChange> changes, @Nullable VideoFrame frame) {
      for (IncidentChange change : changes) {
        ObjectNode event =
            EventCodec.tree(evidence.write(change, frame, now, false).event().stamped(lease, now));
        assertThat(event.remove(OF_THE_RUN).has("event_id")).isTrue();
        json.add(event.toString());
      }
    }

    @Override
    public void look(VideoFrame frame, boolean late) {
      add(looker.look(frame), frame);
    }

    @Override
    public boolean engaged() {
      return looker.engaged();
    }

    @Override
    public void fragmentDone(String number, Instant capturedAt) {}

    @Override
    public void missing(SourceEvent.Gap gap) {}

    @Override
    public void overloaded(int step, int frames) {}

    @Override
    public void undecodable(String reason) {
      throw new AssertionError(reason);
    }
  }
}
