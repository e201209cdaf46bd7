package io.kvsinfer.worker.app;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Checkpoint.QuietPlace;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.confirm.IncidentConfirmer;
import io.kvsinfer.worker.confirm.Look;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.DetectorRefusedException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.publish.Masks;
import io.kvsinfer.worker.sample.GridCursor;
import io.kvsinfer.worker.sample.SampleGrid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The detectors of one camera, each with what it remembers of the frames before. One thread. */
final class FrameLooker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FrameLooker.class);

  /** One detector, the frames it takes, and its incidents. */
  private record Lane(
      DetectorSettings settings, Detector detector, GridCursor cursor, IncidentConfirmer confirmer)
      implements AutoCloseable {
    /**
     * The same objects under other settings; models are shared, so that a detector costs little.
     */
    Lane with(
        CameraSettings camera, SampleGrid grid, Detectors detectors, DetectorContext context) {
      DetectorSettings changed = camera.detector(settings.name()).orElse(settings);
      double fps = 1 / grid.every(changed.skipFrames()).slotSeconds();
      IncidentConfirmer next = confirmer.with(changed, camera.regions(), fps);
      Detector same = changed.equals(settings) ? detector : detectors.create(changed, context);
      return new Lane(changed, same, cursor, next);
    }

    @Override
    public void close() {
      detector.close();
    }
  }

  private final String camera;
  private final Detectors detectors;
  private final DetectorContext context;
  private final WorkerMetrics metrics;
  private final Consumer<List<Detection>> unconfirmed;
  private final List<Lane> lanes = new ArrayList<>();
  private List<Polygon> masks;

  /**
   * Opens and warms up every enabled detector.
   *
   * @throws DetectorException naming the setting that is wrong and what would be right
   */
  FrameLooker(
      CameraSettings settings,
      Detectors detectors,
      DetectorContext context,
      WorkerMetrics metrics) {
    this(settings, detectors, context, metrics, seen -> {});
  }

  /**
   * Likewise.
   *
   * @param unconfirmed hears what each detector found in each frame, before confirmation
   */
  FrameLooker(
      CameraSettings settings,
      Detectors detectors,
      DetectorContext context,
      WorkerMetrics metrics,
      Consumer<List<Detection>> unconfirmed) {
    this.camera = settings.id();
    this.unconfirmed = unconfirmed;
    this.detectors = detectors;
    this.context = context;
    this.metrics = metrics;
    this.masks = masks(settings);
    SampleGrid grid = SampleGrid.of(settings.fpsTarget());
    try {
      for (DetectorSettings detector : settings.detectors()) {
        if (detector.enabled()) {
          SampleGrid own = grid.every(detector.skipFrames());
          IncidentConfirmer confirmer = confirmer(settings, detector, own);
          Detector opened = detectors.create(detector, context);
          lanes.add(new Lane(detector, opened, new GridCursor(own), confirmer));
          opened.warmUp();
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private IncidentConfirmer confirmer(
      CameraSettings settings, DetectorSettings detector, SampleGrid grid) {
    try {
      return new IncidentConfirmer(camera, detector, settings.regions(), 1 / grid.slotSeconds());
    } catch (DetectorException e) {
      // It has only the settings to go by.
      throw new DetectorRefusedException("detector " + detector.name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Goes on under other settings, which differ in nothing that needs a new worker. What is being
   * followed, open or quiet stays so.
   *
   * @throws DetectorException as the constructor does; everything is as it was then
   */
  void take(CameraSettings changed) {
    SampleGrid grid = SampleGrid.of(changed.fpsTarget());
    List<Lane> next = new ArrayList<>();
    try {
      for (Lane lane : lanes) {
        next.add(lane.with(changed, grid, detectors, context));
      }
    } catch (RuntimeException e) {
      closeUnused(next, lanes);
      throw e;
    }
    next.forEach(lane -> lane.cursor().change(grid.every(lane.settings().skipFrames())));
    closeUnused(lanes, next);
    lanes.clear();
    lanes.addAll(next);
    masks = masks(changed);
  }

  private static void closeUnused(List<Lane> lanes, List<Lane> used) {
    Set<Detector> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    used.forEach(lane -> kept.add(lane.detector()));
    lanes.stream().filter(lane -> !kept.contains(lane.detector())).forEach(Lane::close);
  }

  /** What must neither be looked at nor stored. */
  static List<Polygon> masks(CameraSettings settings) {
    return settings.regions().stream()
        .filter(r -> r.kind() == RegionSettings.Kind.MASK)
        .map(RegionSettings::polygon)
        .toList();
  }

  /** Models that take part, by detector name. */
  Map<String, List<ModelRef>> models() {
    return lanes.stream()
        .collect(Collectors.toMap(l -> l.settings().name(), l -> l.detector().models()));
  }

  /** A predecessor looked at everything up to here: its detectors' turns go on, not anew. */
  void resumeAfter(Instant capturedAt) {
    lanes.forEach(l -> l.cursor().resumeAfter(capturedAt));
  }

  /** Takes over what a predecessor left open, and where it had just closed something. */
  void restore(List<OpenIncident> open, List<QuietPlace> quiet) {
    lanes.forEach(l -> l.confirmer().restore(open, quiet));
  }

  /** What a successor must know once everything up to this place was looked at. */
  Checkpoint checkpoint(@Nullable String fragment, Instant capturedAt) {
    return new Checkpoint(
        fragment,
        capturedAt,
        open(),
        lanes.stream().flatMap(l -> l.confirmer().quiet(capturedAt).stream()).toList());
  }

  /** Incidents open after the frames looked at so far. */
  List<OpenIncident> open() {
    return lanes.stream().flatMap(l -> l.confirmer().open().stream()).toList();
  }

  /** Whether what was seen so far calls for every frame of the grid, motion or not. */
  boolean engaged() {
    return lanes.stream().anyMatch(l -> l.confirmer().engaged());
  }

  /** What a frame changes, in the order in which it is to be published. */
  List<IncidentChange> look(VideoFrame frame) {
    Instant capturedAt = frame.time().capturedAt();
    List<Lane> due = lanes.stream().filter(l -> l.cursor().take(capturedAt)).toList();
    if (due.isEmpty() || masks.isEmpty()) {
      return look(due, frame);
    }
    try (VideoFrame masked = masked(frame)) {
      return look(due, masked);
    }
  }

  private VideoFrame masked(VideoFrame frame) {
    byte[] bgr = frame.toBgr();
    Masks.blackOut(bgr, frame.width(), frame.height(), masks);
    return BgrPictures.of(bgr, frame.width(), frame.height(), frame.time());
  }

  private List<IncidentChange> look(List<Lane> due, VideoFrame frame) {
    List<IncidentChange> changes = new ArrayList<>();
    due.forEach(lane -> changes.addAll(look(lane, frame)));
    return changes;
  }

  /**
   * Closes every incident: the stream has ended for good.
   *
   * @param last see {@link IncidentConfirmer#endOfStream}
   */
  List<IncidentChange> endOfStream(@Nullable FrameSize last) {
    return lanes.stream().flatMap(l -> l.confirmer().endOfStream(last).stream()).toList();
  }

  private List<IncidentChange> look(Lane lane, VideoFrame frame) {
    List<Detection> seen;
    try {
      seen = lane.detector().detect(frame);
    } catch (DetectorException e) {
      // This frame is lost to this detector; other detectors and cameras go on.
      metrics.streamError(camera, StreamError.DETECTOR);
      log.warn("camera {}: detector {}: {}", camera, lane.settings().name(), e.getMessage());
      return List.of();
    }
    metrics.detections(camera, lane.settings().type(), seen.size());
    unconfirmed.accept(seen);
    return lane.confirmer()
        .look(
            new Look(
                frame.time(),
                frame.width(),
                frame.height(),
                named(seen),
                named(lane.detector().faint())));
  }

  private static List<Detection> named(List<Detection> detections) {
    return detections.stream().map(FrameLooker::named).toList();
  }

  /** A model's or a user's label becomes a key: one that cannot be one is written as one. */
  private static Detection named(Detection detection) {
    String label = Names.named(detection.label());
    return label.equals(detection.label()) ? detection : detection.labelled(label);
  }

  @Override
  public void close() {
    lanes.forEach(Lane::close);
    lanes.clear();
  }
}
