package io.kvsinfer.contract.settings;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * GetMedia connection.
 *
 * @param fragmentNumber with FRAGMENT_NUMBER: reading starts after it
 * @param timestamp with SERVER_TIMESTAMP and PRODUCER_TIMESTAMP
 * @param continuationToken with CONTINUATION_TOKEN
 * @param maxFragmentAgeSeconds with NOW: older media is skipped, 1–300
 * @param chunkSize bytes per read, 4096–1048576
 * @param reconnectDelaySeconds 1–60
 * @param maxReconnectAttempts 1–100
 * @param frameQueueMaxSize frames waiting for the decoder; when full the oldest is dropped, counted
 * @param frameQueueTimeoutSeconds how long one read waits for a frame
 */
public record GetMediaSettings(
    StartSelector startSelector,
    @Nullable String fragmentNumber,
    @Nullable Instant timestamp,
    @Nullable String continuationToken,
    int maxFragmentAgeSeconds,
    int chunkSize,
    double reconnectDelaySeconds,
    int maxReconnectAttempts,
    int frameQueueMaxSize,
    double frameQueueTimeoutSeconds) {

  /** Where GetMedia starts, as the KVS API names it. */
  public enum StartSelector {
    NOW,
    EARLIEST,
    FRAGMENT_NUMBER,
    SERVER_TIMESTAMP,
    PRODUCER_TIMESTAMP,
    CONTINUATION_TOKEN
  }

  /** The defaults. */
  public static GetMediaSettings defaults() {
    return new GetMediaSettings(StartSelector.NOW, null, null, null, 30, 65536, 2, 10, 100, 1.0);
  }
}
