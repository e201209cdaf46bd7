package io.kvsinfer.worker.detect.plate;

import java.util.ArrayList;
import java.util.List;

/**
 * How the numbers of a reader's output become a text.
 *
 * @param output index of the output
 * @param classes characters and the blank
 * @param classesFirst {@code [classes, steps]} rather than {@code [steps, classes]}
 * @param blank class that stands for no character
 */
record Spelling(
    ReaderLayout layout,
    Charset charset,
    int output,
    int steps,
    int classes,
    boolean classesFirst,
    int blank) {
  private static final double SUM_TOLERANCE = 0.02;
  private static final int NONE = -1;

  /** What stands in one place of the picture. */
  private record Place(int type, double probability) {}

  /**
   * A text and how sure each of its characters is.
   *
   * @param confidences one for each {@code char} of the text, to four places
   */
  record Spelled(String text, List<Double> confidences) {}

  /** Reads the output of one picture: letters and digits, in upper case, without separators. */
  Spelled spell(float[] values) {
    boolean probabilities = areProbabilities(values);
    List<Place> seen = new ArrayList<>();
    Place before = new Place(NONE, 0);
    for (int step = 0; step < steps; step++) {
      Place now = best(values, step, probabilities);
      boolean goesOn = layout == ReaderLayout.CTC && before.type == now.type;
      if (goesOn && now.type != blank && now.probability > before.probability) {
        // The surest step of a character tells how sure it is.
        seen.set(seen.size() - 1, now);
      } else if (!goesOn && now.type != blank) {
        seen.add(now);
      }
      before = goesOn && before.probability > now.probability ? before : now;
    }
    StringBuilder text = new StringBuilder();
    List<Double> confidences = new ArrayList<>();
    for (Place character : seen) {
      double confidence = Math.round(Math.min(1, character.probability) * 1e4) / 1e4;
      String letters = PlateText.normalized(letter(character.type));
      text.append(letters);
      letters.chars().forEach(c -> confidences.add(confidence));
    }
    return new Spelled(text.toString(), List.copyOf(confidences));
  }

  /** What a class stands for; a space beyond the dictionary, as PaddleOCR appends it. */
  private String letter(int type) {
    int n = charset.characters().size();
    if (classes == n) {
      return charset.characters().get(type);
    }
    int index = type > blank ? type - 1 : type;
    return index < n ? charset.characters().get(index) : " ";
  }

  private Place best(float[] values, int step, boolean probabilities) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (value(values, step, c) > value(values, step, best)) {
        best = c;
      }
    }
    float highest = value(values, step, best);
    if (probabilities) {
      return new Place(best, highest);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += StrictMath.exp(value(values, step, c) - highest);
    }
    return new Place(best, 1 / sum);
  }

  /** Whether the export ends in a softmax; else the numbers are logits. */
  private boolean areProbabilities(float[] values) {
    for (int step = 0; step < steps; step++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        float value = value(values, step, c);
        if (!(value >= 0)) {
          return false;
        }
        sum += value;
      }
      if (Math.abs(sum - 1) > SUM_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private float value(float[] values, int step, int c) {
    return values[classesFirst ? c * steps + step : step * classes + c];
  }
}
