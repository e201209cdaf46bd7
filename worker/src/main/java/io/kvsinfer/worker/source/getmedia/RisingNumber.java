package io.kvsinfer.worker.source.getmedia;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A number per camera that only rises, under a name without {@code _total}: operators have
 * dashboards with these names, and a counter may not be called so. Exposed as untyped. Thread-safe.
 */
final class RisingNumber implements Collector {
  private final String name;
  private final String help;
  private final Map<String, LongAdder> byCamera = new ConcurrentHashMap<>();

  RisingNumber(PrometheusRegistry registry, String name, String help) {
    this.name = name;
    this.help = help;
    registry.register(this);
  }

  /** The number of one camera, beginning at 0. */
  LongAdder camera(String cameraId) {
    return byCamera.computeIfAbsent(cameraId, id -> new LongAdder());
  }

  @Override
  public String getPrometheusName() {
    return name;
  }

  @Override
  public MetricSnapshot collect() {
    UnknownSnapshot.Builder snapshot = UnknownSnapshot.builder().name(name).help(help);
    byCamera.forEach((camera, number) ->
        snapshot.dataPoint(
            UnknownDataPointSnapshot.builder()
                .labels(Labels.of("camera_id", camera))
                .value((double) number.sum())
                .build()));
    return snapshot.build();
  }
}
