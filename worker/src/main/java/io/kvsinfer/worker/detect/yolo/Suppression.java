package io.kvsinfer.worker.detect.yolo;

import java.util.Arrays;

/**
 * Non-maximum suppression within each class: the best box stays, those of its class that overlap it
 * by more than the threshold go. It ends once {@code most} boxes are kept, so {@code n} candidates
 * cost O(n log n + n · most) whatever they look like.
 */
final class Suppression {
  /** With this threshold nothing is suppressed, only put in order. */
  static final double OFF = 1;

  private Suppression() {}

  /**
   * What is kept.
   *
   * @param threshold intersection over union, 0..1
   * @param most boxes kept at most
   * @return indices of candidates, best first; equal scores in the order of the candidates
   */
  static int[] keep(Candidates candidates, double threshold, int most) {
    int[] kept = new int[Math.min(most, candidates.size())];
    int count = 0;
    for (long packed : bestFirst(candidates)) {
      if (count == kept.length) {
        break;
      }
      int i = (int) packed;
      if (threshold >= OFF || !overlapsOneOf(candidates, i, kept, count, (float) threshold)) {
        kept[count++] = i;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static boolean overlapsOneOf(
      Candidates candidates, int i, int[] kept, int count, float threshold) {
    for (int k = 0; k < count; k++) {
      if (candidates.label(kept[k]) == candidates.label(i)
          && candidates.iou(kept[k], i) > threshold) {
        return true;
      }
    }
    return false;
  }

  /** Score and index in one number, so that sorting needs no objects: scores are not negative. */
  private static long[] bestFirst(Candidates candidates) {
    long[] packed = new long[candidates.size()];
    for (int i = 0; i < packed.length; i++) {
      long descending =
          (long) Integer.MAX_VALUE - Float.floatToRawIntBits(candidates.score(i) + 0f);
      packed[i] = descending << 32 | i;
    }
    Arrays.sort(packed);
    return packed;
  }
}
