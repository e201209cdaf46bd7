package io.kvsinfer.worker.app;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.app.WorkerMetrics.Skip;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.publish.EvidenceWriter;
import io.kvsinfer.worker.publish.OutgoingEvent;
import io.kvsinfer.worker.publish.Publisher;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What passes in front of a camera becomes events and checkpoints. One thread. */
final class Watcher implements Viewing.Viewer {
  private static final Logger log = LoggerFactory.getLogger(Watcher.class);

  private final String camera;
  private final FrameLooker looker;
  private final Publisher publisher;
  private final EvidenceWriter evidence;
  private final CameraStatus status;
  private final WorkerMetrics metrics;
  private final InstantSource clock;
  private @Nullable Checkpoint position;
  private final Runnable boundary;
  private @Nullable FrameSize frameSize;
  private boolean lastLate;

  /**
   * @param restored where the camera's last worker stopped; null when it never had one
   * @param boundary called between two fragments
   */
  Watcher(
      String camera,
      FrameLooker looker,
      Publisher publisher,
      EvidenceWriter evidence,
      CameraStatus status,
      WorkerMetrics metrics,
      InstantSource clock,
      @Nullable Checkpoint restored,
      Runnable boundary) {
    this.camera = camera;
    this.looker = looker;
    this.publisher = publisher;
    this.evidence = evidence;
    this.status = status;
    this.metrics = metrics;
    this.clock = clock;
    this.position = restored;
    this.boundary = boundary;
  }

  /** After which fragment a new viewing goes on; null = with the newest. */
  @Nullable Checkpoint position() {
    return position;
  }

  @Override
  public void look(VideoFrame frame, boolean late) {
    List<IncidentChange> changes = looker.look(frame);
    if (frameSize == null) {
      log.info("camera {}: the first frame was looked at", camera);
    }
    frameSize = new FrameSize(frame.width(), frame.height());
    lastLate = late;
    metrics.frameProcessed(camera);
    status.looked(frame.time().capturedAt());
    publish(changes, frame, late);
  }

  @Override
  public void fragmentDone(String number, Instant capturedAt) {
    status.passed();
    reached(looker.checkpoint(number, capturedAt));
    boundary.run();
  }

  @Override
  public void missing(SourceEvent.Gap gap) {
    metrics.gap(camera, gap.reason(), Viewing.seconds(gap));
  }

  @Override
  public void overloaded(int step, int frames) {
    metrics.framesSkipped(camera, Skip.OVERLOAD, frames);
    metrics.qualityStep(camera, step);
  }

  @Override
  public void idle(int frames) {
    metrics.framesSkipped(camera, Skip.IDLE, frames);
  }

  @Override
  public boolean engaged() {
    return looker.engaged();
  }

  @Override
  public void undecodable(String reason) {
    metrics.streamError(camera, StreamError.DECODE);
  }

  /** There will be no more frames: what is open closes. */
  void endOfStream() {
    publish(looker.endOfStream(frameSize), null, lastLate);
    int open = looker.open().size();
    if (open > 0) {
      log.warn(
          "camera {}: {} incidents of an older worker stay open: no picture came", camera, open);
    }
    Checkpoint last = position;
    if (last != null) {
      reached(looker.checkpoint(last.fragmentNumber(), last.capturedAt()));
    }
  }

  private void reached(Checkpoint checkpoint) {
    position = checkpoint;
    publisher.checkpoint(checkpoint);
  }

  private void publish(List<IncidentChange> changes, @Nullable VideoFrame frame, boolean late) {
    if (changes.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    List<OutgoingEvent> events =
        changes.stream().map(c -> evidence.write(c, frame, now, late)).toList();
    publisher.submit(events);
    events.forEach(e ->
        log.info(
            "camera {}: incident {} {}: {} {}",
            camera,
            e.event().incidentId(),
            e.event().phase(),
            e.event().label(),
            e.event().confidence()));
  }
}
