package io.kvsinfer.faults;

import java.io.IOException;
import java.util.Random;

/**
 * Something that goes wrong while cameras are watched.
 *
 * @param name as the table shows it
 * @param scheduled whether the packaged scheduler starts the workers; otherwise the run does
 * @param fault does it, as long as it likes
 */
record Scenario(String name, boolean scheduled, Fault fault) {
  /** One without the scheduler. */
  Scenario(String name, Fault fault) {
    this(name, false, fault);
  }

  /** Does harm. */
  interface Fault {
    /**
     * Does it.
     *
     * @param random the scenario's own
     */
    void strike(Run run, Random random) throws IOException, InterruptedException;
  }

  /** One outcome, as a line of the table. */
  record Outcome(String name, int cameras, int strikes, History history, long recoveredMillis) {
    boolean held() {
      return history.lost() == 0 && history.doubled() == 0 && history.alertsLost() == 0;
    }
  }
}
