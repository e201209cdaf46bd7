package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GpuUseTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void each_gpu_tells_how_busy_it_and_its_memory_are() {
    GpuUse use = use("printf '0, 37, 4096, 24576\\n1, 0, 0, 24576\\n'");

    assertThat(use.gpus())
        .containsExactly(new GpuUse.Gpu("0", 37, 100.0 * 4096 / 24576), new GpuUse.Gpu("1", 0, 0));
  }

  @Test
  void a_gpu_that_does_not_say_is_left_out() {
    assertThat(use("printf '0, [N/A], 1, 2\\nnonsense\\n1, 5, 1, 4\\n'").gpus())
        .containsExactly(new GpuUse.Gpu("1", 5, 25));
  }

  @Test
  void it_is_not_asked_again_at_once() {
    GpuUse use =
        use("printf '0, 1, 1, %s\\n' \"$(cat /proc/sys/kernel/random/uuid | tr -dc 1-9)\"");
    List<GpuUse.Gpu> first = use.gpus();
    nanos.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(use.gpus()).isSameAs(first);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    assertThat(use.gpus()).isNotSameAs(first);
  }

  @Test
  void a_machine_without_one_has_no_metrics_of_it() {
    assertThat(new GpuUse(List.of("no-such-program-here"), nanos::get).gpus()).isEmpty();
    assertThat(use("exit 9").gpus()).isEmpty();
  }

  @Test
  void metrics_name_the_gpu() {
    PrometheusRegistry registry = new PrometheusRegistry();
    use("printf '0, 37, 1, 4\\n'").gauges(registry);

    assertThat(registry.scrape().stream().map(s -> s.getMetadata().getName()))
        .containsExactlyInAnyOrder("kvs_infer_gpu_percent", "kvs_infer_gpu_memory_percent");
  }

  private GpuUse use(String script) {
    return new GpuUse(List.of("sh", "-c", script, "nvidia-smi"), nanos::get);
  }
}
