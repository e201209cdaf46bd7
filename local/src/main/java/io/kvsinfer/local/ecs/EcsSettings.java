package io.kvsinfer.local.ecs;

import java.time.Duration;
import java.util.List;

/**
 * How the local ECS is set up.
 *
 * @param region of its ARNs
 * @param cluster name of its only cluster
 * @param capacity tasks at once; what is asked for beyond it is a failure in the answer
 * @param startDelay from RunTask until the process is started
 */
public record EcsSettings(
    String region,
    String cluster,
    List<TaskDefinition> definitions,
    int capacity,
    Duration startDelay) {
  public EcsSettings {
    definitions = List.copyOf(definitions);
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity must not be negative: " + capacity);
    }
    if (startDelay.isNegative()) {
      throw new IllegalArgumentException("start delay must not be negative: " + startDelay);
    }
  }
}
