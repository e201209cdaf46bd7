package io.kvsinfer.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A child process that never outlives this one, not even when this one is killed outright. A shell
 * stands between: it holds the reading end of a pipe and kills the child when the pipe ends. The
 * child does not see a terminal's interrupt or hang-up; ending it in good order is up to this
 * process. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

  /** Exit code of a process that was killed: 128 + SIGKILL. */
  public static final int KILLED = 137;

  /**
   * $1 is the log file, the rest the command. Prints the child's process id, then nothing. A loop
   * waits because a forwarded signal interrupts {@code wait}.
   */
  private static final String SUPERVISOR =
      """
      log=$1; shift
      exec 3<&0
      trap '' INT HUP
      "$@" 3<&- </dev/null >>"$log" 2>&1 &
      child=$!
      trap 'kill -TERM "$child" 2>/dev/null' TERM
      ( trap '' TERM; while read -r line; do :; done; kill -KILL "$child" ) <&3 >/dev/null 2>&1 &
      watch=$!
      exec 3<&-
      echo "$child"
      exec >&- 2>/dev/null
      while :; do
        wait "$child"; code=$?
        kill -0 "$child" 2>/dev/null || break
      done
      kill -KILL "$watch" 2>/dev/null
      exit "$code"
      """;

  private final String name;
  private final Process supervisor;
  private final long pid;
  private final CompletableFuture<Integer> exit;

  private ChildProcess(String name, Process supervisor, long pid) {
    this.name = name;
    this.supervisor = supervisor;
    this.pid = pid;
    this.exit = supervisor.onExit().thenApply(Process::exitValue);
  }

  /**
   * Starts one. It gets this process's environment less everything of AWS, so that no account's
   * credentials reach it, and with {@code environment} on top.
   *
   * @param name for messages
   * @param log file that its output is appended to; its folder is created where it is absent
   * @throws EmbeddedServiceException when it cannot be started
   */
  public static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path log) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("the command of " + name + " is empty");
    }
    Path file = log.toAbsolutePath();
    List<String> line =
        new ArrayList<>(List.of("/bin/sh", "-c", SUPERVISOR, "kvs-infer-" + name, file.toString()));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().removeIf(key -> key.startsWith("AWS_"));
    builder.environment().putAll(environment);
    try {
      Files.createDirectories(file.getParent());
      builder.redirectError(ProcessBuilder.Redirect.appendTo(file.toFile()));
      Process supervisor = builder.start();
      return new ChildProcess(name, supervisor, readPid(name, supervisor));
    } catch (IOException e) {
      throw new EmbeddedServiceException(
          "cannot start " + name + " (" + command.getFirst() + "): " + e.getMessage(), e);
    }
  }

  private static long readPid(String name, Process supervisor) throws IOException {
    try (BufferedReader reader = supervisor.inputReader(StandardCharsets.US_ASCII)) {
      String line = reader.readLine();
      if (line == null) {
        throw new EmbeddedServiceException("the shell that should start " + name + " ended");
      }
      return Long.parseLong(line.strip());
    }
  }

  /** Process id of the child itself. */
  public long pid() {
    return pid;
  }

  public boolean isAlive() {
    return supervisor.isAlive();
  }

  /** Its exit code once it ended; 128 + the signal's number where a signal ended it. */
  public OptionalInt exitCode() {
    return supervisor.isAlive() ? OptionalInt.empty() : OptionalInt.of(supervisor.exitValue());
  }

  /** Completes with the exit code. */
  public CompletableFuture<Integer> onExit() {
    return exit.copy();
  }

  /** Asks it to end (SIGTERM). */
  public void terminate() {
    // Not Process.destroy: that also closes the pipe, which is how it is killed.
    supervisor.toHandle().destroy();
  }

  /** Kills it. */
  public void kill() {
    try {
      supervisor.getOutputStream().close();
    } catch (IOException e) {
      // The pipe is gone because the child's end of it is: there is nothing left to kill.
      if (supervisor.isAlive()) {
        throw new EmbeddedServiceException("cannot kill " + name, e);
      }
    }
  }

  /** Waits for its end; false when it still runs after {@code limit}. */
  public boolean await(Duration limit) throws InterruptedException {
    return supervisor.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks it to end, and kills it when it has not after {@code grace}. */
  public void stop(Duration grace) {
    terminate();
    try {
      if (!await(grace)) {
        kill();
        await(CLOSE_DEADLINE);
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  /** {@link #stop} with five seconds. */
  @Override
  public void close() {
    stop(CLOSE_DEADLINE);
  }
}
