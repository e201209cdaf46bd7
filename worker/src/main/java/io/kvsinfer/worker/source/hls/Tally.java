package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceCounters;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** What a source has done, in its account, its metrics and, for gaps, the log. */
final class Tally {
  private static final Logger log = LoggerFactory.getLogger(Tally.class);

  /** Marks gaps, for programs that tell them in their own way. */
  private static final Marker GAP = MarkerFactory.getMarker("GAP");

  private final String cameraId;
  private final HlsMetrics.Camera metrics;
  private final SourceCounters counters = new SourceCounters();

  Tally(String cameraId, HlsMetrics.Camera metrics) {
    this.cameraId = cameraId;
    this.metrics = metrics;
  }

  void fragment(SourceEvent.Fragment fragment, Instant now) {
    counters.fragment(fragment.frames().size(), now);
    metrics.frames().inc(fragment.frames().size());
    metrics.lastFrame().set(now.toEpochMilli() / 1000.0);
  }

  void gap(SourceEvent.Gap gap) {
    counters.gap(gap);
    log.warn(
        GAP,
        "camera {}: gap {} from {} to {} ({} fragments known): {}",
        cameraId,
        gap.reason(),
        gap.from(),
        gap.to(),
        gap.fragments(),
        gap.detail());
  }

  /** Reading broke off, until the next fragment. */
  void broken(Instant now) {
    counters.broken(now);
  }

  /** A session was opened again after a failure. */
  void reconnect() {
    counters.reconnect();
    metrics.reconnects().inc();
  }

  /** A session was opened without a break. */
  void refresh() {
    counters.urlRefresh();
    metrics.urlRefreshes().inc();
  }

  /** A request or a fragment failed. */
  void error() {
    counters.readError();
    metrics.readErrors().inc();
  }

  SourceAccount account() {
    return counters.account();
  }

  GapAccount gaps() {
    return counters.gapAccount();
  }
}
