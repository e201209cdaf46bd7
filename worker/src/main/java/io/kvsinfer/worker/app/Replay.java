package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.file.FileSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a camera would make of a recording: the file goes through the sampling, motion gate,
 * detectors and confirmation of a worker, as fast as it can be read. Nothing is published.
 */
public final class Replay {
  /**
   * What passed.
   *
   * @param seconds from the first frame looked at to the last, in capture time
   * @param looked frames that the detectors looked at
   * @param idle frames of the sampling grid left out because nothing moved
   * @param undecodable frames
   * @param unread why parts of the file were not read; empty where all of it was
   * @param framesWith frames with at least one detection of a label, before confirmation
   */
  public record Summary(
      double seconds,
      int looked,
      int idle,
      int undecodable,
      List<String> unread,
      SortedMap<String, Integer> framesWith) {
    public Summary {
      unread = List.copyOf(unread);
      framesWith = Collections.unmodifiableSortedMap(new TreeMap<>(framesWith));
    }
  }

  private Replay() {}

  /**
   * Replays one recording; what is still open at its end closes there.
   *
   * @param context its models are not closed
   * @param taker hears of every change in order, with seconds of capture time since the first frame
   * @throws FrameSourceException where the file cannot be read
   * @throws DetectorException naming the setting that is wrong and what would be right
   */
  public static Summary of(
      CameraSettings camera,
      Path file,
      DetectorContext context,
      BiConsumer<Double, IncidentChange> taker)
      throws InterruptedException {
    Counts counts = new Counts();
    try (FrameLooker looker =
        new FrameLooker(
            camera,
            Detectors.load(),
            context,
            new WorkerMetrics(new PrometheusRegistry()),
            counts::unconfirmed)) {
      Frames frames = new Frames(looker, counts, taker);
      FileSource source =
          new FileSource(
              file.toString(), Instant.EPOCH, FileSource.Pace.AS_READ, InstantSource.system());
      Sampler sampler = new Sampler(SampleGrid.of(camera.fpsTarget()));
      MotionGate gate = CameraViews.motionGate(camera);
      new Viewing(camera.id(), source, sampler, gate, true, frames).run();
      frames.end();
      return counts.summary(frames.seconds());
    }
  }

  private static final class Counts {
    private final SortedMap<String, Integer> framesWith = new TreeMap<>();
    private final List<String> unread = new ArrayList<>();
    private int looked;
    private int idle;
    private int undecodable;

    void unconfirmed(List<Detection> seen) {
      seen.stream()
          .map(Detection::label)
          .distinct()
          .forEach(label -> framesWith.merge(label, 1, Integer::sum));
    }

    Summary summary(double seconds) {
      return new Summary(seconds, looked, idle, undecodable, unread, framesWith);
    }
  }

  private static final class Frames implements Viewing.Viewer {
    private final FrameLooker looker;
    private final Counts counts;
    private final BiConsumer<Double, IncidentChange> taker;
    private @Nullable Instant first;
    private Instant last = Instant.EPOCH;

    Frames(FrameLooker looker, Counts counts, BiConsumer<Double, IncidentChange> taker) {
      this.looker = looker;
      this.counts = counts;
      this.taker = taker;
    }

    @Override
    public void look(VideoFrame frame, boolean late) {
      last = frame.time().capturedAt();
      if (first == null) {
        first = last;
      }
      counts.looked++;
      tell(looker.look(frame));
    }

    void end() {
      tell(looker.endOfStream(null));
    }

    private void tell(List<IncidentChange> changes) {
      changes.forEach(change -> taker.accept(seconds(), change));
    }

    double seconds() {
      return first == null ? 0 : Duration.between(first, last).toNanos() / 1e9;
    }

    @Override
    public boolean engaged() {
      return looker.engaged();
    }

    @Override
    public void fragmentDone(String number, Instant capturedAt) {}

    /** A file that breaks off: what is whole was looked at. */
    @Override
    public void missing(SourceEvent.Gap gap) {
      counts.unread.add(gap.detail());
    }

    @Override
    public void overloaded(int step, int frames) {}

    @Override
    public void idle(int frames) {
      counts.idle += frames;
    }

    @Override
    public void undecodable(String reason) {
      counts.undecodable++;
    }
  }
}
