package io.kvsinfer.worker.app;

import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.publish.EventContext;
import io.kvsinfer.worker.publish.EvidenceWriter;
import io.kvsinfer.worker.publish.OutgoingEvent;
import io.kvsinfer.worker.publish.Publisher;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.hls.HlsStart;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    /** The stream came to its end; only files do. */
    ENDED
  }

  /** What cameras of one process share. */
  record Shared(
      Detectors detectors,
      DetectorContext detecting,
      Sources sources,
      Publishing publishing,
      WorkerMetrics metrics,
      InstantSource clock) {}

  private static final Logger log = LoggerFactory.getLogger(CameraWorker.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(90);

  private final CameraSettings settings;
  private final String camera;
  private final Tenure tenure;
  private final CameraStatus status;
  private final Shared shared;
  private final CountDownLatch draining = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);
  private volatile boolean lost;
  private volatile @Nullable Viewing viewing;
  private volatile @Nullable FragmentSource source;
  private @Nullable Checkpoint position;

  CameraWorker(CameraSettings settings, Tenure tenure, CameraStatus status, Shared shared) {
    this.settings = settings;
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
    draining.countDown();
    held.countDown();
    stopViewing();
  }

  /** Watches the camera until it is drained, its lease is lost or it cannot go on. */
  Ending run() throws InterruptedException {
    MDC.put("camera_name", camera);
    shared.metrics().begin(camera);
    Upkeep upkeep = new Upkeep(camera, tenure, status, this::observe, this::leaseLost);
    upkeep.start(held::countDown);
    try {
      held.await();
      if (lost) {
        return Ending.LEASE_LOST;
      }
      return isDraining() ? Ending.DRAINED : hold();
    } finally {
      upkeep.stop();
      if (!lost) {
        status.enter(status.phase() == Phase.FAILED ? Phase.FAILED : Phase.STOPPED);
        tenure.report(status.snapshot());
        tenure.release();
      }
      MDC.remove("camera_name");
    }
  }

  /** With the lease held: everything is made anew for each try. */
  private Ending hold() throws InterruptedException {
    while (true) {
      Checkpoint restored = tenure.checkpoint().orElse(null);
      if (position == null) {
        position = restored;
      }
      try (FrameLooker looker =
              new FrameLooker(settings, shared.detectors(), shared.detecting(), shared.metrics());
          Publisher publisher =
              shared.publishing().open(settings, restored, tenure::save, tenure::mayPublish);
          EvidenceWriter evidence = new EvidenceWriter(eventContext(looker))) {
        announce(publisher);
        looker.restore(openIncidents(restored, publisher.recovered()));
        Ending ending = watch(looker, publisher, evidence);
        if (!publisher.flush(lost ? Duration.ZERO : DRAIN)) {
          log.warn(
              "camera {}: not everything was published: {}",
              camera,
              publisher.trouble().orElse("the lease is lost"));
        }
        return ending;
      } catch (DetectorException e) {
        log.error("camera {}: {}", camera, e.getMessage());
        status.enter(Phase.FAILED, e.getMessage());
        return Ending.FAILED;
      } catch (IOException | RuntimeException e) {
        log.error("camera {}: failed, trying again in {} s", camera, AFTER_FAILURE.toSeconds(), e);
        shared.metrics().streamError(camera, "internal");
        status.enter(Phase.FAILED, String.valueOf(e.getMessage()));
        if (draining.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS) || lost) {
          return lost ? Ending.LEASE_LOST : Ending.DRAINED;
        }
      }
    }
  }

  /** Views the stream again and again, until there is a reason to end. */
  private Ending watch(FrameLooker looker, Publisher publisher, EvidenceWriter evidence)
      throws InterruptedException {
    while (!isDraining() && !lost) {
      try {
        view(looker, publisher, evidence);
        if (!isDraining() && !lost) {
          return Ending.ENDED;
        }
      } catch (FrameSourceException e) {
        shared.metrics().streamError(camera, e.permanent() ? "refused" : "gave_up");
        log.error(
            "camera {}: {} (trying again in {} s)",
            camera,
            e.getMessage(),
            AFTER_FAILURE.toSeconds());
        status.enter(Phase.FAILED, e.getMessage());
        boolean _ = draining.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return lost ? Ending.LEASE_LOST : Ending.DRAINED;
  }

  private void view(FrameLooker looker, Publisher publisher, EvidenceWriter evidence)
      throws InterruptedException {
    status.enter(Phase.CONNECTING);
    Sampler sampler = new Sampler(SampleGrid.of(settings.fpsTarget()));
    Checkpoint from = position;
    HlsStart start = new HlsStart.Newest();
    if (from != null) {
      sampler.resumeAfter(from.capturedAt());
      start =
          new HlsStart.After(
              from.fragmentNumber(),
              from.capturedAt(),
              Duration.ofMillis(Math.round(settings.catchUpSeconds() * 1000)));
      log.info("camera {}: resuming after {}", camera, from.capturedAt());
    }
    try (FragmentSource opened = shared.sources().open(settings, start)) {
      Viewing current =
          new Viewing(camera, opened, sampler, false, new Watcher(looker, publisher, evidence));
      source = opened;
      viewing = current;
      if (isDraining() || lost) {
        return;
      }
      current.run();
    } finally {
      viewing = null;
      source = null;
    }
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
        settings.regions().stream()
            .filter(r -> r.kind() == RegionSettings.Kind.MASK)
            .map(RegionSettings::polygon)
            .toList(),
        looker.models(),
        SettingsRevision.of(settings));
  }

  private static List<OpenIncident> openIncidents(
      @Nullable Checkpoint restored, List<OpenIncident> recovered) {
    List<OpenIncident> open =
        new ArrayList<>(restored == null ? List.of() : restored.openIncidents());
    for (OpenIncident incident : recovered) {
      if (open.stream().noneMatch(o -> o.incidentId().equals(incident.incidentId()))) {
        open.add(incident);
      }
    }
    return open;
  }

  /** Called every second or so: what the source does becomes the camera's phase. */
  private void observe() {
    FragmentSource now = source;
    if (now == null || status.phase() == Phase.FAILED) {
      return;
    }
    switch (now.state()) {
      case CONNECTING, DISCONNECTED, ERROR -> {}
      case RECONNECTING -> status.enter(Phase.RECONNECTING);
      case CONNECTED -> {
        if (now.stalled()) {
          status.enter(Phase.STALLED, "no new media: does the camera still send?");
        } else if (status.phase() != Phase.CONNECTING) {
          status.enter(Phase.RUNNING);
        }
      }
    }
  }

  private void leaseLost() {
    log.warn("camera {}: the lease is lost, another worker has the camera", camera);
    lost = true;
    held.countDown();
    stopViewing();
  }

  private void stopViewing() {
    Viewing current = viewing;
    if (current != null) {
      current.stop();
    }
  }

  private boolean isDraining() {
    return draining.getCount() == 0;
  }

  /** What passes in front of the camera becomes events and checkpoints. */
  private final class Watcher implements Viewing.Viewer {
    private final FrameLooker looker;
    private final Publisher publisher;
    private final EvidenceWriter evidence;

    Watcher(FrameLooker looker, Publisher publisher, EvidenceWriter evidence) {
      this.looker = looker;
      this.publisher = publisher;
      this.evidence = evidence;
    }

    @Override
    public void look(VideoFrame frame, boolean late) {
      List<IncidentChange> changes = looker.look(frame);
      shared.metrics().frameProcessed(camera);
      status.looked(frame.time().capturedAt());
      if (status.phase() == Phase.CONNECTING) {
        status.enter(Phase.RUNNING);
      }
      if (!changes.isEmpty()) {
        Instant now = shared.clock().instant();
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

    @Override
    public void fragmentDone(String number, Instant capturedAt) {
      Checkpoint reached = new Checkpoint(number, capturedAt, looker.open());
      position = reached;
      publisher.checkpoint(reached);
    }

    @Override
    public void missing(SourceEvent.Gap gap) {
      shared
          .metrics()
          .gap(camera, gap.reason().name().toLowerCase(Locale.ROOT), Viewing.seconds(gap));
    }

    @Override
    public void overloaded(int frames) {
      shared.metrics().framesSkipped(camera, "overload", frames);
      shared.metrics().qualityStep(camera, frames > 0 ? 2 : 0);
    }

    @Override
    public void undecodable(String reason) {
      shared.metrics().streamError(camera, "decode");
    }
  }
}
