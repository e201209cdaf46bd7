package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.MotionZone;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.hls.HlsStart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The viewings of one camera's stream, one after the other: each opens it anew where the last one
 * ended. {@link #watch} is for the camera's thread, the rest may be called from any.
 */
final class CameraViews {
  private static final Logger log = LoggerFactory.getLogger(CameraViews.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(60);

  private final String camera;
  private final LiveSettings settings;
  private final CameraWorker.Shared shared;
  private final CameraStatus status;
  private final StopSignal signal;

  private volatile @Nullable Current current;

  /** What a viewing is made of. */
  private record Current(
      FragmentSource source, Sampler sampler, @Nullable MotionGate gate, Viewing viewing) {}

  /**
   * @param settings as they are when a viewing begins
   */
  CameraViews(
      String camera,
      LiveSettings settings,
      CameraWorker.Shared shared,
      CameraStatus status,
      StopSignal signal) {
    this.camera = camera;
    this.settings = settings;
    this.shared = shared;
    this.status = status;
    this.signal = signal;
  }

  /**
   * Views the stream again and again, until there is a reason to end.
   *
   * @return whether the stream came to its end
   */
  boolean watch(Watcher watcher) throws InterruptedException {
    while (!signal.isGiven()) {
      try {
        view(watcher);
        if (!signal.isGiven()) {
          watcher.endOfStream();
          return true;
        }
      } catch (FrameSourceException e) {
        shared
            .metrics()
            .streamError(camera, e.permanent() ? StreamError.REFUSED : StreamError.GAVE_UP);
        log.error(
            "camera {}: {} (trying again in {} s)",
            camera,
            e.getMessage(),
            AFTER_FAILURE.toSeconds());
        status.enter(Phase.FAILED, e.getMessage());
        boolean _ = signal.await(AFTER_FAILURE);
      }
    }
    return false;
  }

  private void view(Watcher watcher) throws InterruptedException {
    CameraSettings now = settings.now();
    status.enter(Phase.CONNECTING);
    Sampler sampler = new Sampler(SampleGrid.of(now.fpsTarget()));
    Checkpoint from = watcher.position();
    HlsStart start = Resumption.start(from, now.catchUpSeconds());
    if (from != null) {
      sampler.resumeAfter(from.capturedAt());
      log.info("camera {}: resuming after {}", camera, from.capturedAt());
    }
    MotionGate gate = motionGate(now);
    try (FragmentSource opened = shared.streams().open(now, start)) {
      Viewing viewing = new Viewing(camera, opened, sampler, gate, false, watcher);
      current = new Current(opened, sampler, gate, viewing);
      // Whoever gives the signal stops the current one afterwards, so none slips through.
      if (!signal.isGiven()) {
        viewing.run();
      }
    } finally {
      current = null;
    }
  }

  /** Each viewing begins awake, and learns anew what is usual. */
  static @Nullable MotionGate motionGate(CameraSettings settings) {
    return MotionGate.worthwhile(settings.motion(), settings.fpsTarget())
        ? new MotionGate(settings.motion(), settings.fpsTarget(), MotionZone.of(settings))
        : null;
  }

  /** Settings that changed, for the viewing that is under way. */
  void change(CameraSettings changed) {
    Current now = current;
    if (now == null) {
      return;
    }
    now.sampler.change(SampleGrid.of(changed.fpsTarget()));
    MotionGate gate = now.gate;
    if (gate != null) {
      gate.change(MotionZone.of(changed));
    }
  }

  /**
   * What the source does becomes the camera's phase.
   *
   * @param trouble what the camera runs in spite of; null = nothing
   */
  void observe(@Nullable String trouble) {
    Current now = current;
    if (now == null) {
      return;
    }
    switch (now.source.state()) {
      case DISCONNECTED, ERROR -> {}
      case CONNECTING ->
          now.source.trouble().ifPresent(why -> status.observe(Phase.CONNECTING, why));
      case RECONNECTING -> status.observe(Phase.RECONNECTING, now.source.trouble().orElse(null));
      case CONNECTED -> {
        if (now.source.stalled()) {
          status.observe(Phase.STALLED, "no new media: does the camera still send?");
        } else {
          status.observe(Phase.RUNNING, trouble);
        }
      }
    }
  }

  /** Ends the viewing that is under way. */
  void stop() {
    Current now = current;
    if (now != null) {
      now.viewing.stop();
    }
  }
}
