package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.track.Observation;
import io.kvsinfer.worker.track.Track;
import io.kvsinfer.worker.track.Tracker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of a detector and keeps, for each track, in which of the last looked-at
 * frames it counted. What is too small or stands elsewhere is followed but does not count.
 */
final class Sights {
  private final DetectorSettings settings;
  private final Regions regions;
  private final Tracker tracker;
  private final Map<Long, Candidate> candidates = new HashMap<>();
  private final Set<Long> faint = new HashSet<>();
  private List<Track> tracks = List.of();

  Sights(DetectorSettings settings, Regions regions, Tracker tracker) {
    this.settings = settings;
    this.regions = regions;
    this.tracker = tracker;
  }

  /**
   * The same tracks under other settings; how often each counted stays known while the window is as
   * long.
   */
  Sights with(DetectorSettings changed, Regions newRegions) {
    Sights next = new Sights(changed, newRegions, tracker);
    if (changed.confirm().window() == settings.confirm().window()) {
      next.candidates.putAll(candidates);
    }
    return next;
  }

  /** Sights of the frame that count, by label and from left to right. */
  List<Sight> of(Look look) {
    tracks =
        tracker.update(
            look.time().capturedAt(),
            observations(look.detections(), look.width()),
            observations(look.faint(), look.width()));
    faint.clear();
    Set<Long> alive = new HashSet<>();
    List<Sight> sights = new ArrayList<>();
    for (Track track : tracks) {
      alive.add(track.id());
      Candidate candidate = candidate(track.id());
      Sight sight = track.seen() ? sight(track, look) : null;
      if (track.faint()) {
        faint.add(track.id());
      }
      if (sight == null) {
        candidate.miss();
      } else {
        candidate.hit(look.time(), sight.ordinal());
        sights.add(sight);
      }
    }
    candidates.keySet().retainAll(alive);
    sights.sort(Comparator.comparing(Sight::label).thenComparingInt(Sight::ordinal));
    return sights;
  }

  /** In widths of the picture, so that both axes have the same unit. */
  private static List<Observation> observations(List<Detection> detections, int width) {
    double unit = 1.0 / width;
    return detections.stream()
        .map(d -> new Observation(d.label(), d.confidence(), d.box().scaled(unit, unit)))
        .toList();
  }

  private @Nullable Sight sight(Track track, Look look) {
    List<Detection> detections = look.detections();
    Detection seen = detections.get(track.observation());
    Box box = seen.box().scaled(1.0 / look.width(), 1.0 / look.height()).clipped(1, 1);
    if (box.area() <= 0 || box.area() < settings.minArea() || !regions.count(box)) {
      return null;
    }
    int ordinal = 0;
    for (int i = 0; i < detections.size(); i++) {
      Detection other = detections.get(i);
      if (other.label().equals(seen.label())
          && (other.box().x() < seen.box().x()
              || (other.box().x() == seen.box().x() && i < track.observation()))) {
        ordinal++;
      }
    }
    return new Sight(
        track.id(),
        seen.label(),
        box,
        seen.confidence(),
        look.time().capturedAt(),
        ordinal,
        seen.reading());
  }

  /** Tracks as they stand after the last look. */
  List<Track> tracks() {
    return tracks;
  }

  /** Whether a track was seen in the last look too faintly to count, but is still there. */
  boolean faint(long trackId) {
    return faint.contains(trackId);
  }

  /** Whether a track still lives. */
  boolean alive(long trackId) {
    return candidates.containsKey(trackId);
  }

  /** The hits of a track. */
  Candidate candidate(long trackId) {
    return candidates.computeIfAbsent(trackId, id -> new Candidate(settings.confirm().window()));
  }
}
