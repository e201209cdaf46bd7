package io.kvsinfer.contract.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a camera does, as its worker sees it.
 *
 * @param since when this phase began
 * @param fps frames looked at per second, over the last minute or less
 * @param latencyMs capture to handed on, of the newest frame
 * @param error one sentence, when something is wrong
 * @param metricsAddress host:port of {@code /metrics}
 * @param launch launch id of the worker that says so; null where there is no scheduler
 */
public record Status(
    Phase phase,
    Instant since,
    @Nullable Instant lastFrameAt,
    @Nullable Double fps,
    @Nullable Double latencyMs,
    @Nullable String error,
    @Nullable String settingsRevision,
    @Nullable String workerVersion,
    @Nullable String metricsAddress,
    @Nullable String launch) {

  /** Said by nobody in particular yet. */
  public Status(
      Phase phase,
      Instant since,
      @Nullable Instant lastFrameAt,
      @Nullable Double fps,
      @Nullable Double latencyMs,
      @Nullable String error,
      @Nullable String settingsRevision,
      @Nullable String workerVersion,
      @Nullable String metricsAddress) {
    this(
        phase,
        since,
        lastFrameAt,
        fps,
        latencyMs,
        error,
        settingsRevision,
        workerVersion,
        metricsAddress,
        null);
  }

  /** The same, said by the worker of that launch. */
  public Status by(String id) {
    return new Status(
        phase,
        since,
        lastFrameAt,
        fps,
        latencyMs,
        error,
        settingsRevision,
        workerVersion,
        metricsAddress,
        id);
  }

  /** Phase of a camera in its worker. */
  public enum Phase {
    STARTING,
    CONNECTING,
    RUNNING,
    STALLED,
    RECONNECTING,
    FAILED,
    /** The worker cannot run with these settings; the error says what is wrong. */
    REFUSED,
    DRAINING,
    STOPPED
  }
}
