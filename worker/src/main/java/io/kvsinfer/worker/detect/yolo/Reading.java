package io.kvsinfer.worker.detect.yolo;

import java.util.List;

/** What looking at a model's shapes and metadata came to. */
public sealed interface Reading {
  /**
   * The output can be read.
   *
   * @param outputs indices of the outputs that are read: boxes first, then scores, labels and how
   *     many, as far as they are apart; of maps the finest first
   * @param classes number of classes
   * @param why what it was told by, and what else it might have been
   * @param points landmarks of each prediction; 0 = none
   * @param numbers of each landmark: x and y, perhaps with how visible it is; of maps without
   *     anchors, the bins of each side of a box
   */
  record Clear(
      Layout layout, List<Integer> outputs, int classes, String why, int points, int numbers)
      implements Reading {
    public Clear {
      outputs = List.copyOf(outputs);
    }

    /** Without landmarks, in one output. */
    public Clear(Layout layout, int output, int classes, String why) {
      this(layout, List.of(output), classes, why, 0, 0);
    }

    /** Index of the output that holds the boxes. */
    public int output() {
      return outputs.getFirst();
    }

    /** Index of the output that holds the scores. */
    public int scores() {
      return outputs.size() > 1 ? outputs.get(1) : output();
    }

    /** The same, told by something else. */
    Clear because(String other) {
      return new Clear(layout, outputs, classes, other, points, numbers);
    }
  }

  /**
   * The output cannot be read, or in more than one way.
   *
   * @param why what is wrong or open
   * @param choices layouts that fit; may be empty
   */
  record Unclear(String why, List<Layout> choices) implements Reading {
    public Unclear {
      choices = List.copyOf(choices);
    }
  }
}
