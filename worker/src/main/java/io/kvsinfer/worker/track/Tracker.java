package io.kvsinfer.worker.track;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of one detector on one camera over capture time. Each object is expected
 * where a constant velocity takes it; observations of its label join it by overlap, and those left
 * over by distance, since small fast objects move further than their own box between looked-at
 * frames. A function of its input: the same frames give the same tracks. Not thread-safe.
 */
public final class Tracker {
  private static final int MAX_MISSES = 3;
  private static final double SAME_PLACE = 0.5;

  private final TrackerSettings settings;
  private final List<MovingObject> objects = new ArrayList<>();
  private @Nullable Instant newest;
  private long nextId = 1;

  public Tracker(TrackerSettings settings) {
    this.settings = settings;
  }

  /**
   * Takes in the observations of a frame.
   *
   * @param capturedAt of the frame; when it lies before the last one by more than an object may be
   *     lost (the producer's clock was set anew), all tracks end
   * @return tracks in the order of their ids, also those not seen in this frame; one that is absent
   *     has ended
   */
  public List<Track> update(Instant capturedAt, List<Observation> observations) {
    if (newest != null && MovingObject.seconds(capturedAt, newest) > settings.maxLostSeconds()) {
      objects.clear();
    }
    newest = capturedAt;
    int[] taken = associate(capturedAt, observations);
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      objects.get(i).step(capturedAt, taken[i], taken[i] < 0 ? null : observations.get(taken[i]));
    }
    boolean[] used = new boolean[observations.size()];
    for (int observation : taken) {
      if (observation >= 0) {
        used[observation] = true;
      }
    }
    objects.removeIf(o ->
        o.misses() >= MAX_MISSES
            && MovingObject.seconds(o.lastSeenAt(), capturedAt) > settings.maxLostSeconds());
    for (int i = 0; i < observations.size(); i++) {
      if (!used[i]) {
        objects.add(new MovingObject(nextId++, capturedAt, i, observations.get(i)));
      }
    }
    objects.forEach(o -> tracks.add(o.track(capturedAt)));
    return tracks;
  }

  /** Index of the observation each object takes, -1 for none. */
  private int[] associate(Instant capturedAt, List<Observation> observations) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      for (int j = 0; j < observations.size(); j++) {
        double score = score(objects.get(i), observations.get(j), capturedAt);
        if (score > 0) {
          pairs.add(new Pair(i, j, score));
        }
      }
    }
    // Objects stand in the order of their ids, so that ties always fall the same way.
    pairs.sort(
        Comparator.comparingDouble(Pair::score)
            .reversed()
            .thenComparingInt(Pair::object)
            .thenComparingInt(Pair::observation));
    int[] taken = new int[objects.size()];
    Arrays.fill(taken, -1);
    boolean[] used = new boolean[observations.size()];
    for (Pair pair : pairs) {
      if (taken[pair.object] < 0 && !used[pair.observation]) {
        taken[pair.object] = pair.observation;
        used[pair.observation] = true;
      }
    }
    return taken;
  }

  /** Above 1: by overlap; up to 1: by distance; 0: not the same object. */
  private double score(MovingObject object, Observation observation, Instant capturedAt) {
    if (!object.label().equals(observation.label())) {
      return 0;
    }
    Box box = observation.box();
    double unseen = MovingObject.seconds(object.lastSeenAt(), capturedAt);
    if (unseen > settings.maxLostSeconds()) {
      // After a break in the stream only what stands where it stood is the same.
      double iou = object.box().iou(box);
      return iou >= SAME_PLACE ? 1 + iou : 0;
    }
    Box expected = object.predicted(capturedAt);
    double iou = Math.max(expected.iou(box), object.moves() ? 0 : object.box().iou(box));
    if (iou >= settings.minIou()) {
      return 1 + iou;
    }
    double side = longer(expected);
    double ratio = side / longer(box);
    if (!(ratio <= settings.maxSizeRatio() && ratio >= 1 / settings.maxSizeRatio())) {
      return 0;
    }
    double reach = object.moves() ? settings.reach() : settings.firstReach();
    double distance =
        Math.hypot(
            expected.center().x() - box.center().x(), expected.center().y() - box.center().y());
    return Math.max(0, 1 - distance / (reach * Math.max(side, longer(box))));
  }

  private static double longer(Box box) {
    return Math.max(box.width(), box.height());
  }

  private record Pair(int object, int observation, double score) {}
}
