package io.kvsinfer.worker.confirm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides which sights of a frame belong to incidents that are open already. */
final class Membership {
  private final Identity identity;

  Membership(Identity identity) {
    this.identity = identity;
  }

  /**
   * Gives each sight to its incident: by its track, else the likeliest pairs first.
   *
   * @return the sights that belong to none, in their order
   */
  List<Sight> assign(List<Sight> sights, List<LiveIncident> incidents) {
    Set<Sight> assigned = new HashSet<>();
    for (Sight sight : sights) {
      for (LiveIncident incident : incidents) {
        if (incident.has(sight.trackId())) {
          incident.seen(sight);
          assigned.add(sight);
        }
      }
    }
    for (Pair pair : pairs(sights, incidents)) {
      // A pair taken before may have changed what this one is worth.
      if (!assigned.contains(pair.sight) && likeness(pair.incident, pair.sight) > 0) {
        pair.incident.seen(pair.sight);
        assigned.add(pair.sight);
      }
    }
    return sights.stream().filter(s -> !assigned.contains(s)).toList();
  }

  private List<Pair> pairs(List<Sight> sights, List<LiveIncident> incidents) {
    List<Pair> pairs = new ArrayList<>();
    for (Sight sight : sights) {
      for (LiveIncident incident : incidents) {
        double score = likeness(incident, sight);
        if (score > 0) {
          pairs.add(new Pair(sight, incident, score));
        }
      }
    }
    // Stable: ties stay in the order of the frame.
    pairs.sort(Comparator.comparingDouble(Pair::score).reversed());
    return pairs;
  }

  private double likeness(LiveIncident incident, Sight sight) {
    if (!incident.ref().label().equals(sight.label())
        // Its opened event is repeated from the very frame it was decided in, not before.
        || (!incident.opened() && sight.at().isBefore(incident.lastSeenAt()))) {
      return 0;
    }
    return switch (identity) {
      case PLACE -> incident.nearness(sight.box());
      case OBJECT -> {
        Sight seen = incident.best();
        if (seen != null) {
          yield Nearness.sameObject(seen.box(), sight.box()) ? 1 : 0;
        }
        yield incident.tracked() ? 0 : Nearness.foundAgain(incident, sight);
      }
    };
  }

  private record Pair(Sight sight, LiveIncident incident, double score) {}
}
