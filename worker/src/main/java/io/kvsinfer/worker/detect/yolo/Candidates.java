package io.kvsinfer.worker.detect.yolo;

import java.util.Arrays;

/**
 * Boxes that reached their threshold, in pixels of the tensor, before duplicates are suppressed.
 * Kept as columns and reused from frame to frame, since there may be tens of thousands. One thread.
 */
final class Candidates {
  private int size;
  private float[] x1 = new float[256];
  private float[] y1 = new float[256];
  private float[] x2 = new float[256];
  private float[] y2 = new float[256];
  private float[] score = new float[256];
  private int[] label = new int[256];
  private int[] row = new int[256];

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** Adds a box by its corners; one that is not finite or has no area is passed over. */
  void addCorners(
      float left, float top, float right, float bottom, float confidence, int index, int source) {
    float area = (right - left) * (bottom - top);
    if (!(right > left) || !(bottom > top) || !Float.isFinite(area)) {
      return;
    }
    if (size == score.length) {
      grow();
    }
    x1[size] = left;
    y1[size] = top;
    x2[size] = right;
    y2[size] = bottom;
    score[size] = confidence;
    label[size] = index;
    row[size] = source;
    size++;
  }

  /** Adds a box by its centre and size. */
  void addCentre(
      float x, float y, float width, float height, float confidence, int index, int source) {
    addCorners(
        x - width / 2, y - height / 2, x + width / 2, y + height / 2, confidence, index, source);
  }

  float x1(int i) {
    return x1[i];
  }

  float y1(int i) {
    return y1[i];
  }

  float x2(int i) {
    return x2[i];
  }

  float y2(int i) {
    return y2[i];
  }

  float score(int i) {
    return score[i];
  }

  /** Class index. */
  int label(int i) {
    return label[i];
  }

  /** Row of the output it came from. */
  int row(int i) {
    return row[i];
  }

  /** Intersection over union of two of them. */
  float iou(int i, int j) {
    float w = Math.min(x2[i], x2[j]) - Math.max(x1[i], x1[j]);
    float h = Math.min(y2[i], y2[j]) - Math.max(y1[i], y1[j]);
    if (w <= 0 || h <= 0) {
      return 0;
    }
    float shared = w * h;
    return shared / (area(i) + area(j) - shared);
  }

  private float area(int i) {
    return (x2[i] - x1[i]) * (y2[i] - y1[i]);
  }

  private void grow() {
    int capacity = size * 2;
    x1 = Arrays.copyOf(x1, capacity);
    y1 = Arrays.copyOf(y1, capacity);
    x2 = Arrays.copyOf(x2, capacity);
    y2 = Arrays.copyOf(y2, capacity);
    score = Arrays.copyOf(score, capacity);
    label = Arrays.copyOf(label, capacity);
    row = Arrays.copyOf(row, capacity);
  }
}
