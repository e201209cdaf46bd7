package io.kvsinfer.worker.app;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How busy the GPUs of this machine are, asked of {@code nvidia-smi}, which NVIDIA's runtime puts
 * into the container. Asked at most every ten seconds; not registered where there is no such
 * program. Thread-safe.
 */
final class GpuUse {
  private static final Logger log = LoggerFactory.getLogger(GpuUse.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final long PATIENCE_SECONDS = 5;
  private static final int FIELDS = 4;

  private final List<String> command;
  private final LongSupplier nanoTime;
  private List<Gpu> last = List.of();
  private @Nullable Long asked;

  /**
   * One GPU.
   *
   * @param index as CUDA counts them
   * @param percent of the last moment in which a kernel ran
   * @param memoryPercent of its memory in use
   */
  record Gpu(String index, double percent, double memoryPercent) {}

  GpuUse(List<String> command, LongSupplier nanoTime) {
    this.command = List.copyOf(command);
    this.nanoTime = nanoTime;
  }

  /** Registers the metrics where the program is. */
  static void register(PrometheusRegistry registry) {
    GpuUse use = new GpuUse(List.of("nvidia-smi"), System::nanoTime);
    if (!use.gpus().isEmpty()) {
      use.gauges(registry);
    }
  }

  void gauges(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("kvs_infer_gpu_percent")
        .help("Share of the last moment in which the GPU was busy.")
        .labelNames("gpu")
        .callback(callback -> gpus().forEach(g -> callback.call(g.percent(), g.index())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("kvs_infer_gpu_memory_percent")
        .help("Share of the GPU's memory that is in use.")
        .labelNames("gpu")
        .callback(callback -> gpus().forEach(g -> callback.call(g.memoryPercent(), g.index())))
        .register(registry);
  }

  /** The GPUs, empty when the program is not there or does not answer. */
  synchronized List<Gpu> gpus() {
    long now = nanoTime.getAsLong();
    Long before = asked;
    if (before == null || now - before >= FRESH.toNanos()) {
      asked = now;
      last = ask();
    }
    return last;
  }

  private List<Gpu> ask() {
    List<String> line = new java.util.ArrayList<>(command);
    line.add("--query-gpu=index,utilization.gpu,memory.used,memory.total");
    line.add("--format=csv,noheader,nounits");
    try {
      Process process =
          new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return List.of();
        }
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(GpuUse::parse)
            .filter(java.util.Objects::nonNull)
            .toList();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      // The ordinary case of a machine without one.
      log.debug("no nvidia-smi: {}", e.getMessage());
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Null for a line with something that is no number, as {@code [N/A]}. */
  private static @Nullable Gpu parse(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != FIELDS) {
      return null;
    }
    try {
      double total = Double.parseDouble(fields[3].strip());
      return new Gpu(
          fields[0].strip(),
          Double.parseDouble(fields[1].strip()),
          total > 0 ? 100 * Double.parseDouble(fields[2].strip()) / total : 0);
    } catch (NumberFormatException e) {
      log.debug("nvidia-smi: {}", line, e);
      return null;
    }
  }
}
