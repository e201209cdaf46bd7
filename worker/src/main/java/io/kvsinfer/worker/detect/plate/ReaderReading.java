package io.kvsinfer.worker.detect.plate;

import java.util.List;

/** What looking at a reader's file came to. */
sealed interface ReaderReading {
  /**
   * It can be used.
   *
   * @param told what was decided and by what, for a person
   */
  record Clear(ReaderInput input, Spelling spelling, List<String> told) implements ReaderReading {
    public Clear {
      told = List.copyOf(told);
    }
  }

  /**
   * It cannot.
   *
   * @param why what is wrong or open, with the setting that decides it
   */
  record Unclear(String why) implements ReaderReading {}
}
