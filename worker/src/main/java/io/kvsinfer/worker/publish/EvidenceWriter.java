package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.store.MediaKeys;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.confirm.IncidentChange.Updated;
import io.kvsinfer.worker.confirm.IncidentRef;
import io.kvsinfer.worker.confirm.Sighting;
import io.kvsinfer.worker.detect.Annotator;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the event and the pictures of an incident's change: the whole frame, a copy of it with the
 * box drawn, and the object cut out with a margin. Masks are black in all of them. One thread uses
 * it.
 */
public final class EvidenceWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EvidenceWriter.class);
  private static final int QUALITY = 88;
  private static final int BGR = 3;
  private static final double MARGIN = 0.2;
  private static final int LEAST_CROP = 32;

  private EventContext context;
  private final JpegEncoder jpeg = new JpegEncoder();

  public EvidenceWriter(EventContext context) {
    this.context = context;
  }

  /** What events have in common from now on. */
  public void use(EventContext changed) {
    context = changed;
  }

  /**
   * The event of a change.
   *
   * @param frame the frame looked at when the change was decided; pictures are made of it when the
   *     event shows it
   * @param detectedAt wall time of the decision
   * @param late caught up or back-filled
   */
  public OutgoingEvent write(
      IncidentChange change, @Nullable VideoFrame frame, Instant detectedAt, boolean late) {
    Map<MediaKeys.Picture, Picture> pictures = new EnumMap<>(MediaKeys.Picture.class);
    if (frame != null
        && !(change instanceof Closed)
        && change.sighting().time().equals(frame.time())) {
      try {
        draw(change, frame, pictures);
      } catch (MediaException e) {
        log.warn(
            "camera {}: incident {} goes out without all of its pictures: {}",
            context.cameraId(),
            change.incident().id(),
            e.getMessage());
      }
    }
    return new OutgoingEvent(
        event(change, pictures, detectedAt, late), List.copyOf(pictures.values()));
  }

  @Override
  public void close() {
    jpeg.close();
  }

  private void draw(
      IncidentChange change, VideoFrame frame, Map<MediaKeys.Picture, Picture> pictures)
      throws MediaException {
    String bucket = context.bucket();
    if (bucket == null) {
      return;
    }
    Sighting sighting = change.sighting();
    int width = frame.width();
    int height = frame.height();
    Box box = sighting.box().scaled(width, height);
    byte[] bgr = frame.toBgr();
    Masks.blackOut(bgr, width, height, context.masks());
    put(pictures, MediaKeys.Picture.SNAPSHOT, change, bucket, bgr, width, height);
    Crop crop = Crop.of(box, width, height);
    byte[] cut = crop.cut(bgr, width);
    put(pictures, MediaKeys.Picture.CROP, change, bucket, cut, crop.width, crop.height);
    new Annotator(bgr, width, height).draw(box, change.incident().label(), sighting.confidence());
    put(pictures, MediaKeys.Picture.ANNOTATED, change, bucket, bgr, width, height);
  }

  private void put(
      Map<MediaKeys.Picture, Picture> pictures,
      MediaKeys.Picture kind,
      IncidentChange change,
      String bucket,
      byte[] bgr,
      int width,
      int height)
      throws MediaException {
    String key =
        MediaKeys.picture(
            context.cameraId(),
            change.sighting().time().capturedAt(),
            change.incident().id(),
            change.sequence(),
            kind);
    pictures.put(
        kind, new Picture(new S3Object(bucket, key), jpeg.encodeBgr(bgr, width, height, QUALITY)));
  }

  private IncidentEvent event(
      IncidentChange change,
      Map<MediaKeys.Picture, Picture> pictures,
      Instant detectedAt,
      boolean late) {
    IncidentRef incident = change.incident();
    Sighting sighting = change.sighting();
    FrameTime time = sighting.time();
    boolean frameKnown = !(change instanceof Closed) && sighting.trackId() != null;
    return new IncidentEvent(
        incident.id() + "-" + change.sequence(),
        incident.id(),
        phase(change),
        change.sequence(),
        context.cameraId(),
        context.streamArn(),
        incident.detector(),
        incident.type(),
        incident.label(),
        sighting.confidence(),
        sighting.box(),
        new FrameSize(sighting.width(), sighting.height()),
        sighting.regions(),
        sighting.trackId(),
        sighting.plate(),
        incident.startedAt(),
        time.capturedAt(),
        time.serverAt(),
        detectedAt,
        null,
        change instanceof Closed closed ? closed.endedAt() : null,
        time.fragmentNumber(),
        frameKnown ? time.offsetMs() : null,
        object(pictures, MediaKeys.Picture.SNAPSHOT),
        object(pictures, MediaKeys.Picture.ANNOTATED),
        object(pictures, MediaKeys.Picture.CROP),
        context.models().getOrDefault(incident.detector(), List.of()),
        context.settingsRevision(),
        null,
        null,
        late,
        Map.of());
  }

  private static Phase phase(IncidentChange change) {
    return switch (change) {
      case Opened o -> Phase.OPENED;
      case Updated u -> Phase.UPDATED;
      case Closed c -> Phase.CLOSED;
    };
  }

  private static @Nullable S3Object object(
      Map<MediaKeys.Picture, Picture> pictures, MediaKeys.Picture kind) {
    Picture picture = pictures.get(kind);
    return picture == null ? null : picture.object();
  }

  /** A part of a picture, in pixels, inside it. */
  private record Crop(int left, int top, int width, int height) {
    /** The box with a margin, not smaller than a person can look at. */
    static Crop of(Box box, int width, int height) {
      double margin = Math.max(box.width(), box.height()) * MARGIN;
      double growX = Math.max(margin, (LEAST_CROP - box.width()) / 2);
      double growY = Math.max(margin, (LEAST_CROP - box.height()) / 2);
      int left = Math.clamp((long) Math.floor(box.x() - growX), 0, width - 1);
      int top = Math.clamp((long) Math.floor(box.y() - growY), 0, height - 1);
      int right = Math.clamp((long) Math.ceil(box.right() + growX), left + 1, width);
      int bottom = Math.clamp((long) Math.ceil(box.bottom() + growY), top + 1, height);
      return new Crop(left, top, right - left, bottom - top);
    }

    byte[] cut(byte[] bgr, int pictureWidth) {
      byte[] cut = new byte[width * height * BGR];
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            bgr, ((top + y) * pictureWidth + left) * BGR, cut, y * width * BGR, width * BGR);
      }
      return cut;
    }
  }
}
