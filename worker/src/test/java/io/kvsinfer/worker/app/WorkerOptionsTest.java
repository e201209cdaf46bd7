package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerOptionsTest {
  private static final Map<String, String> LAUNCHED =
      Map.of("KVS_INFER_CAMERAS", "yard, gate", "KVS_INFER_LAUNCH", "l-1");

  private static Map<String, String> with(String name, String value) {
    Map<String, String> all = new HashMap<>(LAUNCHED);
    all.put(name, value);
    return all;
  }

  private static void refused(Map<String, String> env, String... says) {
    assertThatThrownBy(() -> WorkerOptions.of(List.of(), env))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(says);
  }

  @Test
  void a_launched_worker_takes_its_cameras_and_its_launch_from_the_environment() {
    WorkerOptions options = WorkerOptions.of(List.of(), LAUNCHED);
    assertThat(options.cameras()).containsExactly("yard", "gate");
    assertThat(options.launch()).isEqualTo("l-1");
    assertThat(options.config()).isNull();
    assertThat(options.port()).isEqualTo(9090);
    assertThat(options.region()).isEqualTo("us-east-1");
    assertThat(options.journal()).isNull();
  }

  @Test
  void a_camera_named_twice_is_watched_once() {
    assertThat(WorkerOptions.of(List.of(), with("KVS_INFER_CAMERAS", "yard,gate,yard,")).cameras())
        .containsExactly("yard", "gate");
  }

  @Test
  void a_worker_with_a_settings_file_has_no_launch() {
    WorkerOptions options = WorkerOptions.of(List.of("--config", "cameras.yaml"), LAUNCHED);
    assertThat(options.config()).isEqualTo(Path.of("cameras.yaml"));
    assertThat(options.cameras()).isEmpty();
    assertThat(options.launch()).isNull();
  }

  @Test
  void a_blank_variable_counts_as_not_set() {
    Map<String, String> env = new HashMap<>(LAUNCHED);
    for (String name :
        List.of(
            "KVS_INFER_PORT",
            "KVS_INFER_JOURNAL",
            "KVS_INFER_MODELS",
            "KVS_INFER_MODEL_PATHS",
            "AWS_REGION")) {
      env.put(name, " ");
    }
    WorkerOptions options = WorkerOptions.of(List.of(), env);
    assertThat(options.port()).isEqualTo(9090);
    assertThat(options.journal()).isNull();
    assertThat(options.models().toString()).isNotBlank();
    assertThat(options.namedModels()).isEmpty();
    assertThat(options.region()).isEqualTo("us-east-1");
    assertThat(options.variable("KVS_INFER_PORT")).isNull();
  }

  @Test
  void everything_else_can_be_set() {
    Map<String, String> env = new HashMap<>(LAUNCHED);
    env.put("KVS_INFER_PORT", "0");
    env.put("KVS_INFER_METRICS_HOST", "10.0.0.7");
    env.put("KVS_INFER_STATE", "state");
    env.put("KVS_INFER_JOURNAL", "journal.jsonl");
    env.put("KVS_INFER_MODELS", "my-models");
    env.put("KVS_INFER_MODEL_PATHS", "mine=a.onnx, other=b.onnx");
    env.put("AWS_REGION", "eu-west-1");
    WorkerOptions options = WorkerOptions.of(List.of(), env);
    assertThat(options.port()).isZero();
    assertThat(options.metricsHost()).isEqualTo("10.0.0.7");
    assertThat(options.state()).isEqualTo(Path.of("state"));
    assertThat(options.journal()).isEqualTo(Path.of("journal.jsonl"));
    assertThat(options.models()).isEqualTo(Path.of("my-models"));
    assertThat(options.namedModels())
        .containsOnly(Map.entry("mine", Path.of("a.onnx")), Map.entry("other", Path.of("b.onnx")));
    assertThat(options.region()).isEqualTo("eu-west-1");
  }

  @Test
  void nothing_to_watch_says_what_may_be_given() {
    refused(Map.of(), "nothing to watch", "--config FILE", "KVS_INFER_CAMERAS", "KVS_INFER_LAUNCH");
  }

  @Test
  void cameras_without_a_launch_are_refused() {
    refused(Map.of("KVS_INFER_CAMERAS", "yard"), "KVS_INFER_LAUNCH is not", "scheduler");
    refused(
        Map.of("KVS_INFER_CAMERAS", "yard", "KVS_INFER_LAUNCH", " "), "KVS_INFER_LAUNCH is not");
  }

  @Test
  void a_wrong_camera_id_is_told_by_its_place_not_repeated() {
    Map<String, String> env = with("KVS_INFER_CAMERAS", "yard,../etc");
    refused(env, "number 2 of 2", "[A-Za-z0-9]");
    assertThatThrownBy(() -> WorkerOptions.of(List.of(), env)).hasMessageNotContaining("../etc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "-1", "65536", "9090.5"})
  void a_wrong_port_is_named(String port) {
    refused(with("KVS_INFER_PORT", port), "KVS_INFER_PORT = " + port, "0 for any free one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.onnx", "=a.onnx", "mine="})
  void a_model_path_without_name_or_file_is_named(String pair) {
    refused(with("KVS_INFER_MODEL_PATHS", "x=y," + pair), pair, "NAME=FILE");
  }

  @Test
  void unknown_arguments_and_a_missing_file_are_told_apart() {
    assertThatThrownBy(() -> WorkerOptions.of(List.of("--confg", "x"), Map.of()))
        .hasMessageContainingAll("unknown argument --confg", "--config FILE");
    assertThatThrownBy(() -> WorkerOptions.of(List.of("--config"), Map.of()))
        .hasMessage("--config needs the settings file after it");
  }
}
