package io.kvsinfer.worker.app;

import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.DetectorRefusedException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.publish.EventContext;
import io.kvsinfer.worker.publish.EvidenceWriter;
import io.kvsinfer.worker.publish.Publisher;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.MotionZone;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.hls.HlsStart;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private static final Duration DRAIN = Duration.ofSeconds(90);

  private final String camera;
  private final Tenure tenure;
  private final SettingsFollower follower;
  private final CameraStatus status;
  private final Shared shared;

  /** Down once the lease is held, or never will be. */
  private final CountDownLatch settled = new CountDownLatch(1);

  /** Down once there is a reason to end. */
  private final CountDownLatch stopping = new CountDownLatch(1);

  private volatile CameraSettings settings;
  private volatile boolean draining;
  private volatile boolean lost;
  private volatile @Nullable String trouble;
  private volatile @Nullable Sampler sampler;
  private volatile @Nullable MotionGate gate;
  private volatile @Nullable Viewing viewing;
  private volatile @Nullable FragmentSource source;
  private volatile @Nullable Publisher publishing;

  /**
   * @param follower brings settings that change while it runs
   */
  CameraWorker(
      CameraSettings settings,
      Tenure tenure,
      SettingsFollower follower,
      CameraStatus status,
      Shared shared) {
    this.settings = settings;
    this.follower = follower;
    this.camera = settings.id();
    this.tenure = tenure;
    this.status = status;
    this.shared = shared;
  }

  String camera() {
    return camera;
  }

  CameraStatus status() {
    return status;
  }

  /** Asks the camera to stop reading, publish what is confirmed and give the lease back. */
  void drain() {
    draining = true;
    stop();
  }

  /** Watches the camera until it is drained, its lease is lost or it cannot go on. */
  Ending run() throws InterruptedException {
    MDC.put("camera_name", camera);
    shared.metrics().begin(camera);
    Upkeep upkeep = new Upkeep(camera, tenure, status, new LeaseEvents());
    upkeep.start();
    Ending ending = Ending.DRAINED;
    try {
      settled.await();
      if (!isStopping()) {
        ending = hold();
      }
    } finally {
      upkeep.stop();
      if (!lost) {
        if (ending != Ending.FAILED && ending != Ending.REFUSED) {
          status.enter(Phase.STOPPED);
        }
        tenure.report(status.snapshot());
        tenure.release();
      }
      MDC.remove("camera_name");
    }
    return lost ? Ending.LEASE_LOST : ending;
  }

  /** With the lease held: again and again from the last checkpoint kept, until it is to end. */
  private Ending hold() throws InterruptedException {
    while (true) {
      try {
        return attempt();
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
        if (stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
          return Ending.DRAINED;
        }
      }
    }
  }

  /** Everything is made anew: detectors remember nothing that the checkpoint does not say. */
  private Ending attempt() throws IOException, InterruptedException {
    Checkpoint restored = kept();
    try (FrameLooker looker =
            new FrameLooker(settings, shared.detectors(), shared.detecting(), shared.metrics());
        Publisher publisher =
            shared.publishing().open(settings, restored, tenure::save, tenure::mayPublish);
        EvidenceWriter evidence = new EvidenceWriter(eventContext(looker))) {
      announce(publisher);
      publishing = publisher;
      if (restored != null) {
        looker.resumeAfter(restored.capturedAt());
      }
      looker.restore(
          Resumption.openIncidents(restored, publisher.recovered()),
          Resumption.quietPlaces(restored));
      Watcher watcher =
          new Watcher(
              camera,
              looker,
              publisher,
              evidence,
              status,
              shared.metrics(),
              shared.clock(),
              restored,
              () -> takeUp(looker, evidence));
      Ending ending = watch(watcher);
      if (!lost) {
        status.enter(Phase.DRAINING);
        if (ending == Ending.DRAINED && tenure.forGood()) {
          log.info("camera {}: nobody goes on with it: what is open is closed", camera);
          watcher.endOfStream();
        }
      }
      if (!publisher.flush(lost ? Duration.ZERO : DRAIN)) {
        log.warn(
            "camera {}: not everything was published: {}",
            camera,
            publisher.trouble().orElse(lost ? "the lease is lost" : "it takes too long"));
      }
      return ending;
    } finally {
      publishing = null;
    }
  }

  private @Nullable Checkpoint kept() {
    Checkpoint kept = tenure.checkpoint().orElse(null);
    Checkpoint from = Resumption.afterPause(kept, tenure.resumedAt());
    if (kept != null && from != null && !from.equals(kept)) {
      double seconds = Duration.between(kept.capturedAt(), from.capturedAt()).toMillis() / 1e3;
      log.info("camera {}: {} s are left out, it was paused", camera, seconds);
      shared.metrics().paused(camera, seconds);
    }
    return from;
  }

  /** Between two fragments: settings that changed and need no new worker. */
  private void takeUp(FrameLooker looker, EvidenceWriter evidence) {
    CameraSettings changed = follower.take();
    if (changed == null) {
      return;
    }
    String revision = SettingsRevision.of(changed);
    try {
      looker.take(changed);
    } catch (DetectorException e) {
      trouble = "settings " + revision + " are not taken up: " + e.getMessage();
      log.error("camera {}: {}", camera, trouble);
      return;
    }
    trouble = null;
    settings = changed;
    evidence.use(eventContext(looker));
    Sampler current = sampler;
    if (current != null) {
      current.change(SampleGrid.of(changed.fpsTarget()));
    }
    MotionGate watching = gate;
    if (watching != null) {
      watching.change(MotionZone.of(changed));
    }
    status.tookUp(revision);
    log.info("camera {}: settings {} taken up", camera, revision);
  }

  /** Views the stream again and again, until there is a reason to end. */
  private Ending watch(Watcher watcher) throws InterruptedException {
    while (!isStopping()) {
      try {
        view(watcher);
        if (!isStopping()) {
          watcher.endOfStream();
          return Ending.ENDED;
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
        boolean _ = stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return Ending.DRAINED;
  }

  private void view(Watcher watcher) throws InterruptedException {
    status.enter(Phase.CONNECTING);
    Sampler planning = new Sampler(SampleGrid.of(settings.fpsTarget()));
    Checkpoint from = watcher.position();
    HlsStart start = Resumption.start(from, settings.catchUpSeconds());
    if (from != null) {
      planning.resumeAfter(from.capturedAt());
      log.info("camera {}: resuming after {}", camera, from.capturedAt());
    }
    MotionGate motion = motionGate(settings);
    try (FragmentSource opened = shared.streams().open(settings, start)) {
      Viewing current = new Viewing(camera, opened, planning, motion, false, watcher);
      sampler = planning;
      gate = motion;
      source = opened;
      viewing = current;
      if (!isStopping()) {
        current.run();
      }
    } finally {
      viewing = null;
      sampler = null;
      gate = null;
      source = null;
    }
  }

  /** Each viewing begins awake, and learns anew what is usual. */
  static @Nullable MotionGate motionGate(CameraSettings settings) {
    return MotionGate.worthwhile(settings.motion(), settings.fpsTarget())
        ? new MotionGate(settings.motion(), settings.fpsTarget(), MotionZone.of(settings))
        : null;
  }

  private void announce(Publisher publisher) {
    Lease lease = tenure.lease();
    if (lease != null) {
      publisher.publishLease(
          new LeaseRecord(camera, lease.generation(), lease.owner(), shared.clock().instant()));
    }
  }

  private EventContext eventContext(FrameLooker looker) {
    return new EventContext(
        camera,
        settings.streamArn(),
        shared.publishing().bucket(settings),
        FrameLooker.masks(settings),
        looker.models(),
        SettingsRevision.of(settings));
  }

  /** What happens to the lease. */
  private final class LeaseEvents implements Upkeep.Events {
    @Override
    public void held() {
      settled.countDown();
    }

    @Override
    public void lost() {
      leaseLost();
    }

    @Override
    public void lapsed(boolean so) {
      if (so) {
        shared.metrics().streamError(camera, StreamError.LEASE);
        log.warn("camera {}: the lease was not renewed in time, nothing is published", camera);
        trouble = "the lease cannot be renewed: nothing is published until it is";
      } else {
        log.info("camera {}: the lease was renewed after all", camera);
        trouble = null;
      }
    }

    @Override
    public void observe() {
      CameraWorker.this.observe();
    }

    @Override
    public void follow() {
      switch (tenure.orders()) {
        case Tenure.Orders.Watch orders -> follower.follow(orders);
        case Tenure.Orders.GiveUp(String why) -> {
          if (!draining) {
            log.info("camera {}: given up: {}", camera, why);
            drain();
          }
        }
      }
    }
  }

  /** Called every second or so: what the source does becomes the camera's phase. */
  private void observe() {
    FragmentSource now = source;
    if (now == null) {
      return;
    }
    switch (now.state()) {
      case CONNECTING, DISCONNECTED, ERROR -> {}
      case RECONNECTING -> status.observe(Phase.RECONNECTING, null);
      case CONNECTED -> {
        if (now.stalled()) {
          status.observe(Phase.STALLED, "no new media: does the camera still send?");
        } else {
          status.observe(Phase.RUNNING, trouble);
        }
      }
    }
  }

  private void leaseLost() {
    log.warn("camera {}: the lease is lost, nothing more is published", camera);
    lost = true;
    Publisher current = publishing;
    if (current != null) {
      current.stopPublishing();
    }
    stop();
  }

  private void stop() {
    stopping.countDown();
    settled.countDown();
    Viewing current = viewing;
    if (current != null) {
      current.stop();
    }
  }

  private boolean isStopping() {
    return draining || lost;
  }
}
