package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.state.Checkpoint.QuietPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Incidents that closed a short while ago, so that the same object does not open another. The same
 * object is: the same track; for fire and smoke, anything near; for solid objects, one in the same
 * place if the old one stood still (its detection flickered; one that drove off has left the place
 * to the next), or one with the same plate. A solid object that still stands there keeps its place
 * quiet for as long as it does. In a region in which the old one was not it opens another: each
 * region has its own cooldown.
 */
final class Cooldowns {
  private static final double REAPPEARED = 0.3;
  private static final double STANDS_STILL = 0.5;

  /** So that the checkpoint of a busy street with a long cooldown stays small. */
  private static final int KEPT = 64;

  private final Identity identity;
  private final Regions regions;
  private final Duration cooldown;
  private final List<Place> places = new ArrayList<>();

  Cooldowns(Identity identity, Regions regions, double seconds) {
    this.identity = identity;
    this.regions = regions;
    this.cooldown = Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** What is quiet now stays so; what closes from now on is quiet for so long. */
  Cooldowns with(Regions newRegions, double seconds) {
    Cooldowns next = new Cooldowns(identity, newRegions, seconds);
    next.places.addAll(places);
    return next;
  }

  /** A place that a predecessor left quiet. */
  void restore(QuietPlace quiet) {
    String plate = quiet.plate();
    places.add(
        new Place(
            quiet.label(),
            quiet.box(),
            Set.of(),
            quiet.stationary(),
            plate == null ? "" : plate,
            quiet.regions(),
            quiet.until()));
  }

  /**
   * Places still quiet at that time, oldest first. Without those that only their tracks would tell
   * again, which end with this worker; of very many the ones that are quiet the longest.
   */
  List<QuietPlace> state(String detector, Instant at) {
    List<Place> kept =
        places.stream()
            .filter(p -> at.isBefore(p.until))
            .filter(p -> identity == Identity.PLACE || p.stationary || !p.plate.isEmpty())
            .sorted(Comparator.comparing(Place::until))
            .toList();
    return kept.subList(Math.max(0, kept.size() - KEPT), kept.size()).stream()
        .map(p -> p.state(detector))
        .toList();
  }

  /**
   * An incident closed.
   *
   * @param plate its text; empty where there is none
   */
  void closed(LiveIncident incident, String plate, Instant at) {
    places.add(
        new Place(
            incident.ref().label(),
            incident.box(),
            Set.copyOf(incident.tracks()),
            incident.stationary(),
            plate,
            regions.names(incident.box()),
            at.plus(cooldown)));
  }

  /**
   * Whether the sight is of an object whose incident closed within the cooldown.
   *
   * @param plate as read of its track; empty where there is none
   */
  boolean quiet(Sight sight, String plate) {
    places.removeIf(p -> !sight.at().isBefore(p.until));
    boolean quiet = false;
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      if (place.label.equals(sight.label())
          && place.regions.containsAll(regions.names(sight.box()))
          && same(place, sight, plate)) {
        quiet = true;
        boolean stands = identity == Identity.OBJECT && place.box.iou(sight.box()) >= STANDS_STILL;
        places.set(i, place.with(sight, stands ? sight.at().plus(cooldown) : place.until));
      }
    }
    return quiet;
  }

  /** Whether the track belongs to an incident that closed within the cooldown. */
  boolean holds(long track) {
    return places.stream().anyMatch(p -> p.tracks.contains(track));
  }

  private boolean same(Place place, Sight sight, String plate) {
    if (place.tracks.contains(sight.trackId()) || (!plate.isEmpty() && plate.equals(place.plate))) {
      return true;
    }
    return switch (identity) {
      case PLACE -> Nearness.near(place.box, sight.box());
      case OBJECT -> place.stationary && place.box.iou(sight.box()) >= REAPPEARED;
    };
  }

  private record Place(
      String label,
      Box box,
      Set<Long> tracks,
      boolean stationary,
      String plate,
      List<String> regions,
      Instant until) {
    QuietPlace state(String detector) {
      return new QuietPlace(
          detector, label, box, stationary, plate.isEmpty() ? null : plate, regions, until);
    }

    Place with(Sight sight, Instant later) {
      if (tracks.contains(sight.trackId()) && later.equals(until)) {
        return this;
      }
      Set<Long> all = new TreeSet<>(tracks);
      all.add(sight.trackId());
      return new Place(label, box, all, stationary, plate, regions, later);
    }
  }
}
