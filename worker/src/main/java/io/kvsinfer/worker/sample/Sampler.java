package io.kvsinfer.worker.sample;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides, a fragment at a time and before anything is decoded, which frames are looked at and
 * which need not be decoded. Looked-at frames are the first of each slot of the grid in
 * presentation order, whatever kind of frame that is; of each group of pictures everything after
 * the last looked-at frame (in decoding order) is dropped, and groups without one are dropped
 * whole. At five frames a second that is next to nothing, at fewer frames than keyframes it is most
 * of the stream.
 *
 * <p>A stream with leading pictures (shown before the keyframe they are decoded after) needs the
 * tail of the group before; there nothing is dropped. Dropped frames stay inside the decoder's
 * account of its stream, so a looked-at frame may come out only when the next group goes in.
 *
 * <p>One thread plans and asks; {@link #change} may be called from any.
 */
public final class Sampler {
  private static final int REMEMBERED = 1024;

  private final GridCursor cursor;
  private final GridCursor half;
  private final Deque<Instant> planned = new ArrayDeque<>();
  private boolean leadingPictures;
  private boolean thin;
  private int leftOut;
  private volatile @Nullable SampleGrid next;

  public Sampler(SampleGrid grid) {
    this.cursor = new GridCursor(grid);
    this.half = new GridCursor(grid.half());
  }

  /** Goes on after a predecessor's checkpoint. */
  public void resumeAfter(Instant capturedAt) {
    cursor.resumeAfter(capturedAt);
    half.resumeAfter(capturedAt);
  }

  /** Goes on along another grid, from the next frames planned on. */
  public void change(SampleGrid grid) {
    next = grid;
  }

  /** From the next frames planned on, whether only every other slot of the grid is looked at. */
  public void thin(boolean value) {
    thin = value;
  }

  /** Frames of the grid that the last {@link #plan} left out for being thin. */
  public int leftOut() {
    return leftOut;
  }

  /**
   * What becomes of the frames of a fragment.
   *
   * @param frames of one fragment, in decoding order
   * @return the same frames in the same order
   */
  public List<PlannedFrame> plan(List<EncodedFrame> frames) {
    SampleGrid other = next;
    if (other != null) {
      next = null;
      cursor.change(other);
      half.change(other.half());
    }
    leftOut = 0;
    Set<EncodedFrame> looked = lookedAt(frames);
    leadingPictures = leadingPictures || hasLeadingPictures(frames);
    List<PlannedFrame> plan = new ArrayList<>(frames.size());
    int start = 0;
    for (int i = 1; i <= frames.size(); i++) {
      if (i == frames.size() || frames.get(i).time().keyframe()) {
        planGroup(frames.subList(start, i), looked, plan);
        start = i;
      }
    }
    return plan;
  }

  /**
   * Whether a decoded picture is one that {@link #plan} chose. Ask once for each picture, in the
   * order in which the decoder gives them.
   */
  public boolean looksAt(FrameTime decoded) {
    if (!planned.contains(decoded.capturedAt())) {
      return false;
    }
    while (!planned.removeFirst().equals(decoded.capturedAt())) {
      // Chosen earlier, but the decoder gave no picture for it.
    }
    return true;
  }

  private Set<EncodedFrame> lookedAt(List<EncodedFrame> frames) {
    Set<EncodedFrame> looked = new HashSet<>();
    List<EncodedFrame> shown = new ArrayList<>(frames);
    shown.sort(Comparator.comparing(f -> f.time().capturedAt()));
    for (EncodedFrame frame : shown) {
      boolean onGrid = cursor.take(frame.time().capturedAt());
      boolean onHalf = half.take(frame.time().capturedAt());
      if (onGrid && thin && !onHalf) {
        leftOut++;
      } else if (onGrid) {
        looked.add(frame);
        planned.addLast(frame.time().capturedAt());
      }
    }
    while (planned.size() > REMEMBERED) {
      planned.removeFirst();
    }
    return looked;
  }

  private void planGroup(
      List<EncodedFrame> group, Set<EncodedFrame> looked, List<PlannedFrame> plan) {
    int last = group.size() - 1;
    while (last >= 0 && !leadingPictures && !looked.contains(group.get(last))) {
      last--;
    }
    for (int i = 0; i < group.size(); i++) {
      EncodedFrame frame = group.get(i);
      plan.add(
          new PlannedFrame(
              frame,
              looked.contains(frame)
                  ? Decision.DECODE_AND_LOOK
                  : i <= last ? Decision.DECODE_ONLY : Decision.DROP));
    }
  }

  private static boolean hasLeadingPictures(List<EncodedFrame> frames) {
    Instant key = null;
    for (EncodedFrame frame : frames) {
      if (frame.time().keyframe()) {
        key = frame.time().capturedAt();
      } else if (key != null && frame.time().capturedAt().isBefore(key)) {
        return true;
      }
    }
    return false;
  }
}
