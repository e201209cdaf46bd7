package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.worker.detect.plate.PlateBallot;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** An open incident and the tracks that are it. */
final class LiveIncident {
  private static final double BETTER = 1.1;
  private static final long UPDATE_SECONDS = 5;

  /** A vehicle passes within seconds, and its plate is legible in few of them. */
  private static final long PLATE_UPDATE_SECONDS = 1;

  private static final long RECENT_SECONDS = 2;
  private static final double SAME_PLACE = 0.5;

  private final IncidentRef ref;
  private final Set<Long> tracks = new TreeSet<>();
  private final Deque<Sight> recent = new ArrayDeque<>();
  private Box box;
  private Instant lastSeenAt;
  private @Nullable FrameSize frame;
  private @Nullable Sight best;
  private @Nullable Long trackId;
  private int nextSequence;
  private double bestConfidence;
  private double bestScore;
  private Instant updatedAt;
  private int misses;
  private final PlateBallot readings;
  private final Instant readUntil;
  private String plate = "";

  /** A new one, its opened event not yet decided. */
  LiveIncident(IncidentRef ref, Sight sight) {
    this.ref = ref;
    this.box = sight.box();
    this.lastSeenAt = sight.at();
    this.updatedAt = sight.at();
    this.readings = new PlateBallot();
    this.readUntil = Instant.MIN;
  }

  /** One taken over from a predecessor. */
  LiveIncident(OpenIncident open) {
    this.ref =
        new IncidentRef(
            open.incidentId(), open.detector(), open.type(), open.label(), open.startedAt());
    this.box = open.box();
    this.lastSeenAt = open.lastSeenAt();
    this.nextSequence = open.nextSequence();
    this.bestConfidence = open.bestConfidence();
    Double score = open.bestScore();
    this.bestScore = score != null ? score : open.bestConfidence() * open.box().area();
    Instant updated = open.updatedAt();
    this.updatedAt = updated != null ? updated : open.lastSeenAt();
    this.readings = new PlateBallot(open.plateVotes());
    // Those frames have voted already.
    this.readUntil = open.lastSeenAt();
    this.plate = open.plate() == null ? "" : open.plate();
    this.frame = open.frame();
  }

  IncidentRef ref() {
    return ref;
  }

  Box box() {
    return box;
  }

  /** Size of the picture it was last seen in; null when an older worker did not tell. */
  @Nullable FrameSize frame() {
    return frame;
  }

  Instant lastSeenAt() {
    return lastSeenAt;
  }

  Set<Long> tracks() {
    return tracks;
  }

  @Nullable Long trackId() {
    return trackId;
  }

  int misses() {
    return misses;
  }

  double bestConfidence() {
    return bestConfidence;
  }

  int takeSequence() {
    return nextSequence++;
  }

  boolean opened() {
    return nextSequence > 0;
  }

  /** The best sight in the frame at hand; null when it was not seen there. */
  @Nullable Sight best() {
    return best;
  }

  /** Whether a live track is this incident; one just taken over has none. */
  boolean tracked() {
    return !tracks.isEmpty();
  }

  boolean has(long track) {
    return tracks.contains(track);
  }

  void beginFrame(LongPredicate alive) {
    best = null;
    tracks.removeIf(t -> !alive.test(t));
  }

  void seen(Sight sight) {
    tracks.add(sight.trackId());
    recent.addLast(sight);
    if (sight.reading() != null && sight.at().isAfter(readUntil)) {
      readings.add(sight.reading());
    }
    if (best == null || sight.score() > best.score()) {
      best = sight;
    }
  }

  /** Takes the best sight of a frame over, and returns it; null when there was none. */
  @Nullable Sight endFrame(FrameSize size) {
    if (best == null) {
      misses++;
      return null;
    }
    misses = 0;
    box = best.box();
    lastSeenAt = best.at();
    trackId = best.trackId();
    frame = size;
    Instant since = lastSeenAt.minusSeconds(RECENT_SECONDS);
    while (recent.size() > 2 && !recent.getFirst().at().isAfter(since)) {
      recent.removeFirst();
    }
    return best;
  }

  /** It was there in the frame at hand, too faint to be evidence. */
  void held() {
    misses = 0;
  }

  /** Above 0 when {@code other} is near where it was seen lately; more by overlap. */
  double nearness(Box other) {
    double nearest = Nearness.near(box, other) ? 1 + box.iou(other) : 0;
    for (Sight sight : recent) {
      if (Nearness.near(sight.box(), other)) {
        nearest = Math.max(nearest, 1 + sight.box().iou(other));
      }
    }
    return nearest;
  }

  /** What was read of its plate. */
  PlateBallot readings() {
    return readings;
  }

  /** The plate's text that the last event told; empty where it told none. */
  String plate() {
    return plate;
  }

  /**
   * Whether {@code sight} is worth an update.
   *
   * @param text of the plate as it stands now; empty where there is none
   */
  boolean improvedBy(Sight sight, String text) {
    long seconds = sight.reading() == null ? UPDATE_SECONDS : PLATE_UPDATE_SECONDS;
    return (sight.score() > bestScore * BETTER || !text.equals(plate))
        && !sight.at().isBefore(updatedAt.plusSeconds(seconds));
  }

  /** Notes the sight and the plate's text that an event shows. */
  void shown(Sight sight, String text) {
    plate = text;
    bestConfidence = Math.max(bestConfidence, sight.confidence());
    bestScore = Math.max(bestScore, sight.score());
    updatedAt = sight.at();
  }

  /** Whether it stood still when it was last seen. */
  boolean stationary() {
    return recent.size() > 1
        && recent.getFirst().at().isBefore(lastSeenAt.minusMillis(500))
        && recent.getFirst().box().iou(box) >= SAME_PLACE;
  }

  OpenIncident open() {
    return new OpenIncident(
        ref.id(),
        ref.detector(),
        ref.type(),
        ref.label(),
        nextSequence,
        ref.startedAt(),
        lastSeenAt,
        box,
        bestConfidence,
        plate.isEmpty() ? null : plate,
        bestScore,
        updatedAt,
        readings.state(),
        frame);
  }
}
