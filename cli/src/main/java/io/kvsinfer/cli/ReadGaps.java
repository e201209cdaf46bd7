package io.kvsinfer.cli;

import io.kvsinfer.worker.source.SourceEvent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells the gaps of a source on standard error and counts them as the worker does. */
final class ReadGaps implements Consumer<SourceEvent.Gap> {
  private final String camera;
  private final PrintWriter err;
  private final Counter seconds;

  ReadGaps(String camera, PrintWriter err, PrometheusRegistry registry) {
    this.camera = camera;
    this.err = err;
    this.seconds =
        Counter.builder()
            .name("kvs_infer_gap_seconds_total")
            .help("Media that was not read, in seconds of capture time")
            .labelNames("camera_id", "reason")
            .register(registry);
  }

  @Override
  public void accept(SourceEvent.Gap gap) {
    err.println(Printable.of("%s: gap (%s): %s".formatted(camera, gap.reason(), gap.detail())));
    seconds
        .labelValues(camera, gap.reason().name().toLowerCase(Locale.ROOT))
        .inc(gap.time().toMillis() / 1000.0);
  }
}
