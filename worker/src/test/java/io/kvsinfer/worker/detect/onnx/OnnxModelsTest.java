package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxModelsTest {
  @TempDir private static Path folder;

  private final OnnxModels models =
      OnnxModels.of(ModelOptions.defaults().withFolder(folder).withIntraOpThreads(1));

  @AfterEach
  void close() {
    models.close();
  }

  @Test
  void a_model_tells_its_tensors_and_metadata() throws IOException {
    Path file =
        TinyOnnx.constant(List.of(-1, 3, 32, 64), List.of(1, 2, 7), new float[14])
            .metadata("names", "{0: 'gun', 1: 'knife'}")
            .write(folder.resolve("described.onnx"));
    try (Network network = models.open(file.toString(), "auto")) {
      ModelDescription description = network.description();
      assertThat(description.name()).isEqualTo("described");
      assertThat(description.sha256()).hasSize(64);
      assertThat(description.card()).isNull();
      assertThat(description.inputs().getFirst().shape()).containsExactly(-1, 3, 32, 64);
      assertThat(description.outputs().getFirst().type()).isEqualTo(ElementType.FLOAT32);
      assertThat(description.outputs().getFirst().shape()).containsExactly(1, 2, 7);
      assertThat(description.metadata()).containsEntry("names", "{0: 'gun', 1: 'knife'}");
      assertThat(network.device()).isEqualTo("cpu");
    }
  }

  @ParameterizedTest(name = "input of type {0}, open size {1}")
  @CsvSource({"1, false", "10, false", "2, false", "1, true", "10, true"})
  void what_is_written_is_what_the_model_sees(int type, boolean open) throws IOException {
    List<Integer> shape = open ? List.of(-1, 3, -1, -1) : List.of(1, 3, 2, 4);
    Path file =
        TinyOnnx.cast(type, TinyOnnx.FLOAT, shape)
            .write(folder.resolve("cast-%d-%s.onnx".formatted(type, open)));
    try (Network network = models.open(file.toString(), "cpu")) {
      FloatBuffer input = network.bind(4, 2).asFloatBuffer();
      assertThat(input.capacity()).isEqualTo(24);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 24; i++) {
          input.put(i, i * 10 + round);
        }
        Network.Output output = network.run().getFirst();
        assertThat(output.shape()).containsExactly(1, 3, 2, 4);
        for (int i = 0; i < 24; i++) {
          assertThat(output.values()[i]).isEqualTo(i * 10 + round);
        }
      }
    }
  }

  @Test
  void uint8_is_rounded_and_kept_within_a_byte() throws IOException {
    Path file =
        TinyOnnx.cast(TinyOnnx.UINT8, TinyOnnx.FLOAT, List.of(1, 3, 1, 1))
            .write(folder.resolve("bytes.onnx"));
    try (Network network = models.open(file.toString(), "cpu")) {
      network.bind(1, 1).asFloatBuffer().put(new float[] {-3, 113.6f, 300});
      assertThat(network.run().getFirst().values()).containsExactly(0, 114, 255);
    }
  }

  @Test
  void outputs_of_float16_come_as_float32() throws IOException {
    Path file =
        TinyOnnx.cast(TinyOnnx.FLOAT, TinyOnnx.FLOAT16, List.of(1, 3, 1, 1))
            .write(folder.resolve("half.onnx"));
    try (Network network = models.open(file.toString(), "cpu")) {
      network.bind(1, 1).asFloatBuffer().put(new float[] {1, 0.5f, -2});
      assertThat(network.run().getFirst().values()).containsExactly(1, 0.5f, -2);
    }
  }

  @Test
  void inputs_and_outputs_of_other_types_are_refused() throws IOException {
    Path in =
        TinyOnnx.cast(TinyOnnx.INT64, TinyOnnx.FLOAT, List.of(1, 3, 1, 1))
            .write(folder.resolve("long-in.onnx"));
    try (Network network = models.open(in.toString(), "cpu")) {
      assertThatThrownBy(() -> network.bind(1, 1))
          .isInstanceOf(DetectorException.class)
          .hasMessageContaining("float32, float16, uint8 or int8");
    }
    Path out =
        TinyOnnx.cast(TinyOnnx.FLOAT, TinyOnnx.BOOL, List.of(1, 3, 1, 1))
            .write(folder.resolve("yes-out.onnx"));
    try (Network network = models.open(out.toString(), "cpu")) {
      network.bind(1, 1);
      assertThatThrownBy(network::run)
          .isInstanceOf(DetectorException.class)
          .hasMessageContaining("BOOL");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {TinyOnnx.INT32, TinyOnnx.INT64})
  void outputs_of_whole_numbers_come_as_float32(int type) throws IOException {
    Path file =
        TinyOnnx.cast(TinyOnnx.FLOAT, type, List.of(1, 3, 1, 1))
            .write(folder.resolve("whole-%d.onnx".formatted(type)));
    try (Network network = models.open(file.toString(), "cpu")) {
      network.bind(1, 1).asFloatBuffer().put(new float[] {1, 90, -2});
      assertThat(network.run().getFirst().values()).containsExactly(1, 90, -2);
    }
  }

  @Test
  void another_size_than_the_models_is_refused() throws IOException {
    Path file = tiny("sizes.onnx");
    try (Network network = models.open(file.toString(), "cpu")) {
      assertThatThrownBy(() -> network.bind(64, 64)).hasMessageContaining("[1, 3, 32, 32]");
      ByteBuffer input = network.bind(32, 32);
      assertThat(network.bind(32, 32)).isSameAs(input);
      assertThatThrownBy(() -> network.bind(64, 64)).hasMessageContaining("[1, 3, 64, 64]");
    }
  }

  @Test
  void a_network_runs_between_bind_and_close() throws IOException {
    Network network = models.open(tiny("life.onnx").toString(), "cpu");
    assertThatThrownBy(network::run).isInstanceOf(IllegalStateException.class);
    network.bind(32, 32);
    assertThat(network.run()).hasSize(1);
    network.close();
    network.close();
    assertThatThrownBy(network::run).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void one_session_serves_all_who_open_a_model_and_ends_with_the_last() throws IOException {
    String file = tiny("shared.onnx").toString();
    Network first = models.open(file, "cpu");
    Network second = models.open(file, "cpu");
    assertThat(models.openSessions()).isEqualTo(1);
    first.close();
    assertThat(models.openSessions()).isEqualTo(1);
    second.close();
    assertThat(models.openSessions()).isZero();
  }

  @Test
  void networks_of_one_session_run_on_many_threads_at_once() throws Exception {
    Path file =
        TinyOnnx.cast(TinyOnnx.FLOAT, TinyOnnx.FLOAT, List.of(1, 3, 8, 8))
            .write(folder.resolve("parallel.onnx"));
    int threads = 4;
    CountDownLatch start = new CountDownLatch(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Boolean>> right =
          IntStream.range(0, threads)
              .mapToObj(n ->
                  pool.submit(() -> {
                    try (Network network = models.open(file.toString(), "cpu")) {
                      FloatBuffer input = network.bind(8, 8).asFloatBuffer();
                      start.countDown();
                      start.await();
                      boolean all = true;
                      for (int i = 0; i < 200; i++) {
                        float value = n * 1000 + i;
                        input.put(191, value);
                        all &= network.run().getFirst().values()[191] == value;
                      }
                      return all;
                    }
                  }))
              .toList();
      for (Future<Boolean> one : right) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(models.openSessions()).isZero();
  }

  @Test
  void pictures_of_several_cameras_share_a_run_and_each_gets_its_own_answer() throws Exception {
    Path file =
        TinyOnnx.cast(TinyOnnx.UINT8, TinyOnnx.FLOAT, List.of(-1, 3, 4, 4))
            .write(folder.resolve("batched.onnx"));
    int cameras = 4;
    // A run waits until all are there: without sharing, the test would never end.
    try (OnnxModels batching =
            OnnxModels.of(
                ModelOptions.defaults()
                    .withFolder(folder)
                    .withIntraOpThreads(1)
                    .withBatchesOnCpu(Duration.ofMinutes(10)));
        ExecutorService pool = Executors.newFixedThreadPool(cameras)) {
      CountDownLatch bound = new CountDownLatch(cameras);
      List<Future<Boolean>> right =
          IntStream.range(0, cameras)
              .mapToObj(n ->
                  pool.submit(() -> {
                    try (Network network = batching.open(file.toString(), "cpu", cameras)) {
                      FloatBuffer input = network.bind(4, 4).asFloatBuffer();
                      bound.countDown();
                      bound.await();
                      boolean all = true;
                      for (int i = 0; i < 20; i++) {
                        input.put(47, n * 20 + i);
                        Network.Output output = network.run().getFirst();
                        all &= output.shape().equals(List.of(1, 3, 4, 4));
                        all &= output.values()[47] == n * 20 + i;
                      }
                      return all;
                    }
                  }))
              .toList();
      for (Future<Boolean> one : right) {
        assertThat(one.get()).isTrue();
      }
      assertThat(batching.openSessions()).isZero();
    }
  }

  @Test
  void a_batch_is_refused_where_the_model_takes_one_picture() throws IOException {
    String one = tiny("one.onnx").toString();
    assertThatThrownBy(() -> models.open(one, "cpu", 4))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("params.batch_size = 4: model one")
        .hasMessageContaining("open first dimension");
    assertThat(models.openSessions()).isZero();
    // On the CPU a batch would only wait: each picture runs by itself.
    Path open =
        TinyOnnx.cast(TinyOnnx.FLOAT, TinyOnnx.FLOAT, List.of(-1, 3, 1, 1))
            .write(folder.resolve("alone.onnx"));
    try (Network network = models.open(open.toString(), "cpu", 4)) {
      network.bind(1, 1).asFloatBuffer().put(0, 5);
      assertThat(network.run().getFirst().values()[0]).isEqualTo(5);
    }
  }

  @Test
  void int8_is_bytes_less_128() throws IOException {
    Path file =
        TinyOnnx.cast(TinyOnnx.INT8, TinyOnnx.FLOAT, List.of(1, 3, 1, 1))
            .write(folder.resolve("int8.onnx"));
    try (Network network = models.open(file.toString(), "cpu")) {
      network.bind(1, 1).asFloatBuffer().put(new float[] {0, 128.4f, 300});
      assertThat(network.run().getFirst().values()).containsExactly(-128, 0, 127);
    }
  }

  @Test
  void threads_by_runs_are_the_cores() {
    for (int cores : new int[] {1, 2, 3, 4, 8, 16, 64}) {
      ModelOptions options = ModelOptions.sizedTo(cores);
      assertThat(options.intraOpThreads() * options.parallelRuns()).isLessThanOrEqualTo(cores);
      assertThat(options.intraOpThreads()).isBetween(1, 4);
    }
    assertThat(ModelOptions.sizedTo(16).parallelRuns()).isEqualTo(4);
  }

  @Test
  void a_device_without_memory_is_told_from_other_failures() {
    assertThat(
            Exhaustion.isIn(
                new OrtException(
                    "Non-zero status code returned while running Conv: BFCArena: Failed to allocate"
                        + " memory for requested buffer of size 104857600")))
        .isTrue();
    assertThat(Exhaustion.isIn(new OrtException("CUDA failure 2: out of memory ; GPU=0"))).isTrue();
    assertThat(Exhaustion.isIn(new OrtException("Failed to find CUDA shared provider"))).isFalse();
    assertThat(Exhaustion.advice("plates", Device.CPU))
        .contains("params.batch_size")
        .contains("plates");
  }

  @Test
  void a_device_that_is_not_there_gives_way_to_the_cpu() throws IOException {
    try (Network network = models.open(tiny("gpu.onnx").toString(), "cuda:0")) {
      assertThat(network.device()).isEqualTo("cpu");
      network.bind(32, 32);
      assertThat(network.run()).hasSize(1);
    }
    try (Network network = models.open(tiny("gpu.onnx").toString(), "tensorrt:1")) {
      assertThat(network.device()).isEqualTo("cpu");
    }
  }

  @Test
  void devices_are_tried_best_first() {
    Set<OrtProvider> gpu = Set.of(OrtProvider.CPU, OrtProvider.CUDA);
    assertThat(Device.candidates("auto", Set.of(OrtProvider.CPU))).containsExactly(Device.CPU);
    assertThat(Device.candidates("cpu", gpu)).hasToString("[cpu]");
    assertThat(Device.candidates("auto", gpu)).hasToString("[cuda:0, cpu]");
    assertThat(Device.candidates("cuda:3", gpu)).hasToString("[cuda:3, cpu]");
    assertThat(Device.candidates("tensorrt:1", gpu)).hasToString("[tensorrt:1, cuda:1, cpu]");
    assertThatThrownBy(() -> Device.candidates("gpu", gpu))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("auto, cpu, cuda:N or tensorrt:N");
  }

  @Test
  void a_file_that_is_no_model_is_refused() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.onnx"), "not a model");
    assertThatThrownBy(() -> models.open(file.toString(), "cpu"))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("model broken is not a model that ONNX Runtime reads");
    assertThat(models.openSessions()).isZero();
  }

  @Test
  void closing_ends_every_session() throws IOException {
    String file = tiny("closed.onnx").toString();
    models.open(file, "cpu").close();
    Network left = models.open(file, "cpu");
    models.close();
    assertThat(models.openSessions()).isZero();
    left.close();
    assertThatThrownBy(() -> models.open(file, "cpu")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void named_files_are_known_and_defaults_for_the_type_of_that_name() throws IOException {
    Path file = tiny("mine.onnx");
    try (OnnxModels named =
        OnnxModels.of(
            ModelOptions.defaults().withFolder(folder).withNamed(Map.of("objects", file)))) {
      assertThat(named.names()).containsExactly("objects");
      assertThat(named.card("objects")).isEmpty();
      assertThat(named.defaultFor("objects", null)).isEqualTo("objects");
      try (Network network = named.open("objects", "cpu")) {
        assertThat(network.description().name()).isEqualTo("objects");
      }
    }
  }

  @Test
  void options_without_threads_are_refused() {
    assertThatThrownBy(() -> ModelOptions.defaults().withIntraOpThreads(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Path tiny(String name) throws IOException {
    return TinyOnnx.constant(List.of(1, 3, 32, 32), List.of(1, 21, 6), new float[126])
        .write(folder.resolve(name));
  }
}
