package io.kvsinfer.worker.detect.yolo;

import java.util.List;

/** What looking at a model's shapes and metadata came to. */
public sealed interface Reading {
  /**
   * The output can be read.
   *
   * @param output index of the output that holds the boxes
   * @param classes number of classes
   * @param why what it was told by, and what else it might have been
   * @param points landmarks of each prediction; 0 = none
   * @param numbers of each landmark: x and y, perhaps with how visible it is
   * @param scores index of the output that holds the scores, where it is not that of the boxes
   */
  record Clear(
      Layout layout, int output, int classes, String why, int points, int numbers, int scores)
      implements Reading {
    /** Without landmarks, in one output. */
    public Clear(Layout layout, int output, int classes, String why) {
      this(layout, output, classes, why, 0, 0, output);
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
