package io.kvsinfer.local.kvs;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The service's limits of calls in a second, each counted for one thing (a stream, a session) over
 * the last 1000 ms. Thread-safe.
 */
final class RateLimits {
  private static final int MANY_THINGS = 4096;

  private final Map<String, ArrayDeque<Long>> calls = new HashMap<>();
  private final InstantSource clock;
  private final boolean enforced;

  RateLimits(InstantSource clock, boolean enforced) {
    this.clock = clock;
    this.enforced = enforced;
  }

  /**
   * @throws ApiException ClientLimitExceededException when {@code api} was called more often
   */
  void check(String api, String thing, int perSecond) {
    if (!allow(api, thing, perSecond)) {
      throw exceeded(api, " for resource '" + thing + "'");
    }
  }

  /** Likewise for an HLS session, whose token must not stand in a message. */
  void check(String api, HlsSession session, int perSecond) {
    if (!allow(api, session.token(), perSecond)) {
      throw exceeded(api, " for this session");
    }
  }

  private static ApiException exceeded(String api, String where) {
    return ApiException.limit("Limit exceeded on number of requests for " + api + " API" + where);
  }

  private synchronized boolean allow(String api, String thing, int perSecond) {
    if (!enforced) {
      return true;
    }
    long now = clock.millis();
    if (calls.size() > MANY_THINGS) {
      calls.values().removeIf(times -> times.isEmpty() || times.getLast() <= now - 1000);
    }
    ArrayDeque<Long> times = calls.computeIfAbsent(api + ' ' + thing, k -> new ArrayDeque<>());
    while (!times.isEmpty() && times.getFirst() <= now - 1000) {
      times.removeFirst();
    }
    if (times.size() >= perSecond) {
      return false;
    }
    times.addLast(now);
    return true;
  }
}
