package io.kvsinfer.local.ecs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a task runs here: one container that is a process.
 *
 * @param revision from 1
 * @param container name of its container, that overrides name
 * @param command program and arguments
 * @param environment variables of every task of it
 * @param logFolder a file {@code <task id>.log} for each task
 * @param stopTimeout between SIGTERM and SIGKILL
 */
public record TaskDefinition(
    String family,
    int revision,
    String container,
    List<String> command,
    Map<String, String> environment,
    Path logFolder,
    Duration stopTimeout) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  /** ECS's longest stop timeout. */
  public static final Duration LONGEST_STOP_TIMEOUT = Duration.ofMinutes(2);

  public TaskDefinition {
    if (!NAME.matcher(family).matches() || !NAME.matcher(container).matches()) {
      throw new IllegalArgumentException(
          "family and container of a task definition must match " + NAME.pattern());
    }
    if (revision < 1) {
      throw new IllegalArgumentException("revision must be 1 or more, not " + revision);
    }
    if (command.isEmpty()) {
      throw new IllegalArgumentException("the command of " + family + " is empty");
    }
    if (stopTimeout.isNegative() || stopTimeout.compareTo(LONGEST_STOP_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "stop timeout must be 0 to " + LONGEST_STOP_TIMEOUT + ", not " + stopTimeout);
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** {@code family:revision}. */
  public String name() {
    return family + ":" + revision;
  }
}
