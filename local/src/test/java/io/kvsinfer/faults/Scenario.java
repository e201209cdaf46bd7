package io.kvsinfer.faults;

import java.io.IOException;
import java.util.Random;

/**
 * Something that goes wrong while cameras are watched.
 *
 * @param name as the table shows it
 * @param fault does it, as long as it likes
 */
record Scenario(String name, Fault fault) {
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
