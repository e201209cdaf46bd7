package io.kvsinfer.worker.detect.yolo;

import java.util.List;

/**
 * A head before its decoder: a map for each stride. Objectness and class scores outside of 0..1 are
 * logits of a sigmoid, and then all numbers are raw but distances of sides; exports for some
 * accelerators have applied the sigmoid.
 *
 * @param maps the finest first
 * @param values of each map
 * @param classes of a prediction
 * @param kind which arithmetic makes boxes of the numbers
 */
record MapsOutput(List<GridMap> maps, List<float[]> values, int classes, Kind kind)
    implements OutputReader {
  /** What the numbers of a prediction are. */
  sealed interface Kind {
    /**
     * YOLOv5 and v7: x, y, width, height, objectness, classes; the centre is {@code (2σ(x) − 0.5 +
     * column) × stride}, the width {@code (2σ(w))² × anchor}.
     */
    record Anchored(Anchors anchors) implements Kind {}

    /**
     * YOLOv3: the same numbers; the centre is {@code (σ(x) + column) × stride}, the width {@code
     * exp(w) × anchor}. What has applied the sigmoids has left the sizes as they were.
     */
    record Darknet(Anchors anchors) implements Kind {}

    /**
     * YOLOv8 and later: so many bins for the distance to each side, left, top, right, bottom, whose
     * mean by softmax is in strides; then classes. One bin is the distance itself.
     */
    record Binned(int bins) implements Kind {}

    /** YOLOX: x, y, width, height, objectness, classes; sizes are exponents of strides. */
    record Centred() implements Kind {}
  }

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    Scores scores = new Scores(OutputReader.least(thresholds));
    int row = 0;
    for (int m = 0; m < maps.size(); m++) {
      GridMap map = maps.get(m);
      float[] from = values.get(m);
      for (int y = 0; y < map.rows(); y++) {
        for (int x = 0; x < map.columns(); x++) {
          for (int a = 0; a < anchors(); a++, row++) {
            Cell cell = new Cell(map, from, m, a, anchors(), y, x);
            if (scores.isTooLow(cell)) {
              continue;
            }
            int label = cell.best(firstClass(), classes);
            float score = scores.of(cell, label);
            if (score >= thresholds[label]) {
              add(cell, scores.raw, score, label, row, into);
            }
          }
        }
      }
    }
  }

  private int anchors() {
    return switch (kind) {
      case Kind.Anchored a -> GridMap.ANCHORS;
      case Kind.Darknet d -> GridMap.ANCHORS;
      case Kind.Binned b -> 1;
      case Kind.Centred c -> 1;
    };
  }

  private int firstClass() {
    return kind instanceof Kind.Binned b ? 4 * b.bins() : 5;
  }

  /** Reads scores, and tells before whether they are logits. */
  private final class Scores {
    private final boolean raw = areLogits();
    private final float least;

    /**
     * @param least confidence that counts
     */
    Scores(float least) {
      // A little lower than what the sigmoid makes the least of, so that rounding hides nothing.
      this.least = raw ? (float) (Math.log(least / (1.0 - least)) - 1e-3) : least;
    }

    /** Whether its objectness alone is too low, by which most are passed over at once. */
    boolean isTooLow(Cell cell) {
      return !(kind instanceof Kind.Binned) && cell.get(4) < least;
    }

    float of(Cell cell, int label) {
      float best = number(cell.get(firstClass() + label));
      return kind instanceof Kind.Binned ? best : best * number(cell.get(4));
    }

    private float number(float value) {
      return raw ? sigmoid(value) : value;
    }

    private boolean areLogits() {
      int channel = kind instanceof Kind.Binned b ? 4 * b.bins() : 4;
      for (int m = 0; m < maps.size(); m++) {
        GridMap map = maps.get(m);
        for (int a = 0; a < anchors(); a++) {
          for (int y = 0; y < map.rows(); y++) {
            for (int x = 0; x < map.columns(); x++) {
              float value = values.get(m)[map.at(a, anchors(), channel, y, x)];
              if (value < 0 || value > 1) {
                return true;
              }
            }
          }
        }
      }
      return false;
    }
  }

  /** One prediction of one cell. */
  @SuppressWarnings("ArrayRecordComponent") // the map's values, looked into and left
  private record Cell(GridMap map, float[] values, int level, int anchor, int of, int y, int x) {
    float get(int channel) {
      return values[map.at(anchor, of, channel, y, x)];
    }

    int best(int first, int count) {
      int best = 0;
      for (int c = 1; c < count; c++) {
        best = get(first + c) > get(first + best) ? c : best;
      }
      return best;
    }

    /** Mean of the bins from {@code first} on, weighted by their softmax. */
    float mean(int first, int bins) {
      if (bins == 1) {
        return get(first);
      }
      float most = get(first);
      for (int b = 1; b < bins; b++) {
        most = Math.max(most, get(first + b));
      }
      double sum = 0;
      double weighted = 0;
      for (int b = 0; b < bins; b++) {
        double weight = StrictMath.exp(get(first + b) - most);
        sum += weight;
        weighted += weight * b;
      }
      return (float) (weighted / sum);
    }
  }

  private void add(Cell cell, boolean raw, float score, int label, int row, Candidates into) {
    int stride = cell.map.stride();
    switch (kind) {
      case Kind.Anchored(Anchors anchors) -> {
        float width = 2 * unit(cell.get(2), raw);
        float height = 2 * unit(cell.get(3), raw);
        into.addCentre(
            (2 * unit(cell.get(0), raw) - 0.5f + cell.x) * stride,
            (2 * unit(cell.get(1), raw) - 0.5f + cell.y) * stride,
            width * width * anchors.width(cell.level, cell.anchor),
            height * height * anchors.height(cell.level, cell.anchor),
            score,
            label,
            row);
      }
      case Kind.Darknet(Anchors anchors) ->
          into.addCentre(
              (unit(cell.get(0), raw) + cell.x) * stride,
              (unit(cell.get(1), raw) + cell.y) * stride,
              (float) StrictMath.exp(cell.get(2)) * anchors.width(cell.level, cell.anchor),
              (float) StrictMath.exp(cell.get(3)) * anchors.height(cell.level, cell.anchor),
              score,
              label,
              row);
      case Kind.Binned(int bins) ->
          into.addCorners(
              (cell.x + 0.5f - cell.mean(0, bins)) * stride,
              (cell.y + 0.5f - cell.mean(bins, bins)) * stride,
              (cell.x + 0.5f + cell.mean(2 * bins, bins)) * stride,
              (cell.y + 0.5f + cell.mean(3 * bins, bins)) * stride,
              score,
              label,
              row);
      case Kind.Centred() ->
          into.addCentre(
              (cell.get(0) + cell.x) * stride,
              (cell.get(1) + cell.y) * stride,
              (float) StrictMath.exp(cell.get(2)) * stride,
              (float) StrictMath.exp(cell.get(3)) * stride,
              score,
              label,
              row);
    }
  }

  private static float unit(float value, boolean raw) {
    return raw ? sigmoid(value) : value;
  }

  private static float sigmoid(float value) {
    return (float) (1 / (1 + StrictMath.exp(-value)));
  }
}
