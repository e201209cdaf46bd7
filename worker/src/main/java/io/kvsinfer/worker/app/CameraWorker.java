package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.DetectorRefusedException;
import io.kvsinfer.worker.detect.Detectors;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One camera from taking its lease to giving it back. {@link #run} is for a thread of its own;
 * {@link #drain} may be called from any.
 */
final class CameraWorker {
  /** Why {@link #run} returned. */
  enum Ending {
    DRAINED,
    LEASE_LOST,
    FAILED,
    /** Its settings cannot be run with. */
    REFUSED,
    /** The stream came to its end; only files do. */
    ENDED
  }

  /** What cameras of one process share. */
  record Shared(
      Detectors detectors,
      DetectorContext detecting,
      Streams streams,
      Publishing publishing,
      WorkerMetrics metrics,
      InstantSource clock) {}

  private static final Logger log = LoggerFactory.getLogger(CameraWorker.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(60);

  private final String camera;
  private final Tenure tenure;
  private final SettingsFollower follower;
  private final CameraStatus status;
  private final Shared shared;
  private final StopSignal signal = new StopSignal();
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
  private final CameraViews views;
  private final CameraAttempt attempt;

  /**
   * @param follower brings settings that change while it runs
   */
  CameraWorker(
      CameraSettings settings,
      Tenure tenure,
      SettingsFollower follower,
      CameraStatus status,
      Shared shared) {
    this.follower = follower;
    this.camera = settings.id();
    this.tenure = tenure;
    this.status = status;
    this.shared = shared;
    LiveSettings current = new LiveSettings(settings);
    this.views = new CameraViews(camera, current, shared, status, signal);
    this.attempt =
        new CameraAttempt(tenure, follower, current, trouble, views, status, signal, shared);
  }

  String camera() {
    return camera;
  }

  CameraStatus status() {
    return status;
  }

  /** Asks the camera to stop reading, publish what is confirmed and give the lease back. */
  void drain() {
    signal.drain();
    stop();
  }

  private void stop() {
    signal.raise();
    views.stop();
  }

  /** Watches the camera until it is drained, its lease is lost or it cannot go on. */
  Ending run() throws InterruptedException {
    MDC.put("camera_name", camera);
    shared.metrics().begin(camera);
    Upkeep upkeep = new Upkeep(camera, tenure, status, new LeaseEvents());
    upkeep.start();
    Ending ending = Ending.DRAINED;
    try {
      signal.awaitLease();
      if (!signal.isGiven()) {
        ending = hold();
      }
    } finally {
      upkeep.stop();
      if (!signal.isLost()) {
        if (ending != Ending.FAILED && ending != Ending.REFUSED) {
          status.enter(Phase.STOPPED);
        }
        tenure.report(status.snapshot());
        tenure.release();
      }
      MDC.remove("camera_name");
    }
    return signal.isLost() ? Ending.LEASE_LOST : ending;
  }

  /** With the lease held: again and again from the last checkpoint kept, until it is to end. */
  private Ending hold() throws InterruptedException {
    while (true) {
      try {
        return attempt.run();
      } catch (DetectorRefusedException e) {
        log.error("camera {}: settings refused: {}", camera, e.getMessage());
        status.enter(Phase.REFUSED, e.getMessage());
        return Ending.REFUSED;
      } catch (DetectorException e) {
        log.error("camera {}: {}", camera, e.getMessage());
        status.enter(Phase.FAILED, e.getMessage());
        return Ending.FAILED;
      } catch (IOException | RuntimeException e) {
        log.error("camera {}: failed, trying again in {} s", camera, AFTER_FAILURE.toSeconds(), e);
        shared.metrics().streamError(camera, StreamError.INTERNAL);
        status.enter(Phase.FAILED, e.getMessage() == null ? e.toString() : e.getMessage());
        if (signal.await(AFTER_FAILURE)) {
          return Ending.DRAINED;
        }
      }
    }
  }

  /** What happens to the lease. */
  private final class LeaseEvents implements Upkeep.Events {
    @Override
    public void held() {
      signal.held();
    }

    @Override
    public void lost() {
      log.warn("camera {}: the lease is lost, nothing more is published", camera);
      signal.lose();
      attempt.stopPublishing();
      stop();
    }

    @Override
    public void lapsed(boolean so) {
      if (so) {
        shared.metrics().streamError(camera, StreamError.LEASE);
        log.warn("camera {}: the lease was not renewed in time, nothing is published", camera);
        trouble.set("the lease cannot be renewed: nothing is published until it is");
      } else {
        log.info("camera {}: the lease was renewed after all", camera);
        trouble.set(null);
      }
    }

    @Override
    public void observe() {
      views.observe(trouble.get());
    }

    @Override
    public void follow() {
      switch (tenure.orders()) {
        case Tenure.Orders.Watch orders -> follower.follow(orders);
        case Tenure.Orders.GiveUp(String why) -> {
          if (!signal.isDraining()) {
            log.info("camera {}: given up: {}", camera, why);
            drain();
          }
        }
      }
    }
  }
}
