package io.kvsinfer.local.kvs;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the open connections of one API by stream. Thread-safe. */
final class Connections {
  private final Map<String, Integer> open = new HashMap<>();
  private final String api;
  private final int most;

  /**
   * @param most connections that a stream may have at a time
   */
  Connections(String api, int most) {
    this.api = api;
    this.most = most;
  }

  /**
   * Counts one more, until what is returned is run.
   *
   * @throws ApiException when there are as many as a stream may have
   */
  synchronized Runnable open(VideoStream stream) {
    int now = open.getOrDefault(stream.arn(), 0);
    if (now >= most) {
      throw ApiException.badRequest(
          "ConnectionLimitExceededException",
          "A stream has at most %d connection%s of %s at a time."
              .formatted(most, most == 1 ? "" : "s", api));
    }
    open.put(stream.arn(), now + 1);
    AtomicBoolean released = new AtomicBoolean();
    return () -> {
      if (released.compareAndSet(false, true)) {
        release(stream);
      }
    };
  }

  private synchronized void release(VideoStream stream) {
    open.computeIfPresent(stream.arn(), (arn, count) -> count == 1 ? null : count - 1);
  }
}
