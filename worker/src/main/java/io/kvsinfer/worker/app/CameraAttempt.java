package io.kvsinfer.worker.app;

import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.worker.app.CameraWorker.Ending;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.publish.EventContext;
import io.kvsinfer.worker.publish.EvidenceWriter;
import io.kvsinfer.worker.publish.Publisher;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a camera does between taking up a checkpoint and flushing what it published: detectors,
 * publisher and evidence are made anew, since detectors remember nothing that the checkpoint does
 * not say. {@link #run} is for the camera's thread.
 */
final class CameraAttempt {
  private static final Logger log = LoggerFactory.getLogger(CameraAttempt.class);
  private static final Duration DRAIN = Duration.ofSeconds(90);

  private final String camera;
  private final Tenure tenure;
  private final SettingsFollower follower;
  private final LiveSettings settings;
  private final AtomicReference<@Nullable String> trouble;
  private final CameraViews views;
  private final CameraStatus status;
  private final StopSignal signal;
  private final CameraWorker.Shared shared;

  private volatile @Nullable Publisher publishing;

  /**
   * @param settings as they are now; replaced when others are taken up
   * @param trouble what the camera runs in spite of
   */
  CameraAttempt(
      Tenure tenure,
      SettingsFollower follower,
      LiveSettings settings,
      AtomicReference<@Nullable String> trouble,
      CameraViews views,
      CameraStatus status,
      StopSignal signal,
      CameraWorker.Shared shared) {
    this.camera = settings.now().id();
    this.tenure = tenure;
    this.follower = follower;
    this.settings = settings;
    this.trouble = trouble;
    this.views = views;
    this.status = status;
    this.signal = signal;
    this.shared = shared;
  }

  /** Watches from the last checkpoint kept until there is a reason to end, or nothing comes. */
  Ending run() throws IOException, InterruptedException {
    Checkpoint restored = kept();
    CameraSettings now = settings.now();
    try (FrameLooker looker =
            new FrameLooker(now, shared.detectors(), shared.detecting(), shared.metrics());
        Publisher publisher =
            shared.publishing().open(now, restored, tenure::save, tenure::mayPublish);
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
      Ending ending = views.watch(watcher) ? Ending.ENDED : Ending.DRAINED;
      finish(ending, watcher, publisher);
      return ending;
    } finally {
      publishing = null;
    }
  }

  private void finish(Ending ending, Watcher watcher, Publisher publisher)
      throws InterruptedException {
    if (!signal.isLost()) {
      status.enter(Phase.DRAINING);
      if (ending == Ending.DRAINED && tenure.forGood()) {
        log.info("camera {}: nobody goes on with it: what is open is closed", camera);
        watcher.endOfStream();
      }
    }
    if (!publisher.flush(signal.isLost() ? Duration.ZERO : DRAIN)) {
      log.warn(
          "camera {}: not everything was published: {}",
          camera,
          publisher.trouble().orElse(signal.isLost() ? "the lease is lost" : "it takes too long"));
    }
  }

  /** Publishes nothing more; from any thread. */
  void stopPublishing() {
    Publisher current = publishing;
    if (current != null) {
      current.stopPublishing();
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

  private void announce(Publisher publisher) {
    Lease lease = tenure.lease();
    if (lease != null) {
      publisher.publishLease(
          new LeaseRecord(camera, lease.generation(), lease.owner(), shared.clock().instant()));
    }
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
      String why = "settings " + revision + " are not taken up: " + e.getMessage();
      trouble.set(why);
      log.error("camera {}: {}", camera, why);
      return;
    }
    trouble.set(null);
    settings.replace(changed);
    evidence.use(eventContext(looker));
    views.change(changed);
    status.tookUp(revision);
    log.info("camera {}: settings {} taken up", camera, revision);
  }

  private EventContext eventContext(FrameLooker looker) {
    CameraSettings now = settings.now();
    return new EventContext(
        camera,
        now.streamArn(),
        shared.publishing().bucket(now),
        FrameLooker.masks(now),
        looker.models(),
        SettingsRevision.of(now));
  }
}
