package io.kvsinfer.worker.track;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of one detector on one camera over capture time. Each object is expected
 * where a constant velocity takes it; observations of its label join it by overlap or, since small
 * fast objects move further than their own box between looked-at frames, by distance, so that all
 * pairs together are the likeliest. Faint observations then carry on what found no other. A
 * function of its input: the same frames give the same tracks. Not thread-safe.
 */
public final class Tracker {
  private static final int MAX_MISSES = 3;
  private static final double SAME_PLACE = 0.5;

  /** One pair that overlaps is likelier than two that are near. */
  private static final double OVERLAP = 2;

  private static final double FAINT_IOU = 0.3;

  private final TrackerSettings settings;
  private final List<MovingObject> objects = new ArrayList<>();
  private @Nullable Instant newest;
  private long nextId = 1;

  public Tracker(TrackerSettings settings) {
    this.settings = settings;
  }

  /** Takes in the observations of a frame, none of them faint. */
  public List<Track> update(Instant capturedAt, List<Observation> observations) {
    return update(capturedAt, observations, List.of());
  }

  /**
   * Takes in the observations of a frame.
   *
   * @param capturedAt of the frame; when it lies before the last one by more than an object may be
   *     lost (the producer's clock was set anew), all tracks end
   * @param faint observations too faint to count: they begin no track, but one that has no other
   *     observation is followed by them where it is expected
   * @return tracks in the order of their ids, also those not seen in this frame; one that is absent
   *     has ended
   */
  public List<Track> update(
      Instant capturedAt, List<Observation> observations, List<Observation> faint) {
    if (newest != null && MovingObject.seconds(capturedAt, newest) > settings.maxLostSeconds()) {
      objects.clear();
    }
    newest = capturedAt;
    int[] taken = associate(observations, (i, seen) -> score(objects.get(i), seen, capturedAt));
    int[] followed =
        associate(faint, (i, seen) -> taken[i] < 0 ? overlap(objects.get(i), seen, capturedAt) : 0);
    boolean[] used = new boolean[observations.size()];
    for (int i = 0; i < objects.size(); i++) {
      MovingObject object = objects.get(i);
      if (taken[i] >= 0) {
        used[taken[i]] = true;
        object.moved(capturedAt, taken[i], observations.get(taken[i]));
      } else if (followed[i] >= 0) {
        object.followed(capturedAt, faint.get(followed[i]));
      } else {
        object.missed();
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
    return objects.stream().map(o -> o.track(capturedAt)).toList();
  }

  /** Index of the observation each object takes, -1 for none. */
  private int[] associate(
      List<Observation> observations, ToDoubleBiFunction<Integer, Observation> score) {
    double[][] scores = new double[objects.size()][observations.size()];
    for (int i = 0; i < objects.size(); i++) {
      for (int j = 0; j < observations.size(); j++) {
        scores[i][j] = score.applyAsDouble(i, observations.get(j));
      }
    }
    return Assignment.best(scores, observations.size());
  }

  /** Whether a faint observation is where an object that was just there is expected. */
  private double overlap(MovingObject object, Observation observation, Instant capturedAt) {
    if (!object.label().equals(observation.label())
        || MovingObject.seconds(object.lastSeenAt(), capturedAt) > settings.maxLostSeconds()) {
      return 0;
    }
    double iou = object.predicted(capturedAt).iou(observation.box());
    return iou >= FAINT_IOU ? iou : 0;
  }

  /** Above {@link #OVERLAP}: by overlap; up to 1: by distance; 0: not the same object. */
  private double score(MovingObject object, Observation observation, Instant capturedAt) {
    if (!object.label().equals(observation.label())) {
      return 0;
    }
    Box box = observation.box();
    double unseen = MovingObject.seconds(object.lastSeenAt(), capturedAt);
    if (unseen > settings.maxLostSeconds()) {
      // After a break in the stream only what stands where it stood is the same.
      double iou = object.box().iou(box);
      return iou >= SAME_PLACE ? OVERLAP + iou : 0;
    }
    Box expected = object.predicted(capturedAt);
    double iou = Math.max(expected.iou(box), object.moves() ? 0 : object.box().iou(box));
    if (iou >= settings.minIou()) {
      return OVERLAP + iou;
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
}
