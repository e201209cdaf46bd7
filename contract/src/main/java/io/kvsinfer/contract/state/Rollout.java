package io.kvsinfer.contract.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a new worker version has got. One for the environment, kept beside the cameras' rows
 * under a key that is no camera id.
 *
 * @param taskDefinition ECS task definition that is to run
 * @param previous the one that ran before; null when there was none
 * @param phase where the change stands
 * @param since when this phase began
 * @param reason why it was rolled back, one sentence
 */
public record Rollout(
    String taskDefinition,
    @Nullable String previous,
    Phase phase,
    Instant since,
    @Nullable String reason) {

  /** Where a change of version stands. */
  public enum Phase {
    /** A share of the cameras tries it. */
    CANARY,
    /** Every camera gets it. */
    DONE,
    /** Its cameras did worse: every camera gets the previous one. */
    ROLLED_BACK
  }
}
