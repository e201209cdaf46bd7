package io.kvsinfer.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaRuntimeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private @Nullable LambdaRuntime runtime;

  @AfterEach
  void close() {
    if (runtime != null) {
      runtime.close();
    }
  }

  @Test
  void a_warm_process_answers_again_and_knows_its_environment() throws Exception {
    LambdaRuntime function = start(SampleHandler.class.getName(), Duration.ofSeconds(60));

    assertThat(invoke(function, "{\"say\": \"grüß\"}").path("said").asText()).isEqualTo("grüß");
    JsonNode second = invoke(function, "{}");
    assertThat(second.path("calls").asText()).isEqualTo("2");
    assertThat(second.path("function").asText()).isEqualTo("sample");
    assertThat(second.path("colour").asText()).isEqualTo("red");
    assertThat(function.starts()).isEqualTo(1);
  }

  @Test
  void an_exception_is_an_error_and_the_process_goes_on() throws Exception {
    LambdaRuntime function = start(SampleHandler.class.getName(), Duration.ofSeconds(60));

    assertThatThrownBy(() -> invoke(function, "{\"do\": \"fail\"}"))
        .isInstanceOfSatisfying(
            FunctionException.class,
            e -> assertThat(e.errorType()).isEqualTo("java.lang.IllegalStateException"))
        .hasMessage("as asked");
    assertThat(invoke(function, "{}").path("calls").asText()).isEqualTo("2");
  }

  @Test
  void a_process_that_ended_is_started_anew() throws Exception {
    LambdaRuntime function = start(SampleHandler.class.getName(), Duration.ofSeconds(60));

    assertThatThrownBy(() -> invoke(function, "{\"do\": \"exit\"}"))
        .isInstanceOf(FunctionException.class)
        .hasMessageContaining("exit code 9");
    assertThat(invoke(function, "{}").path("calls").asText()).isEqualTo("1");
    assertThat(function.starts()).isEqualTo(2);
  }

  @Test
  void an_invocation_that_takes_too_long_ends_its_process() throws Exception {
    LambdaRuntime function = start(SampleHandler.class.getName(), Duration.ofSeconds(4));

    assertThatThrownBy(() -> invoke(function, "{\"do\": \"hang\"}"))
        .isInstanceOfSatisfying(
            FunctionException.class, e -> assertThat(e.errorType()).isEqualTo("Sandbox.Timedout"));
  }

  @Test
  void a_handler_that_is_missing_is_named() throws Exception {
    LambdaRuntime function = start("io.kvsinfer.NoSuchHandler", Duration.ofSeconds(60));

    assertThatThrownBy(() -> invoke(function, "{}"))
        .isInstanceOf(FunctionException.class)
        .hasMessageContaining("io.kvsinfer.NoSuchHandler");
  }

  @Test
  void a_closed_function_takes_nothing() {
    LambdaRuntime function = start(SampleHandler.class.getName(), Duration.ofSeconds(60));
    function.close();

    assertThatThrownBy(() -> invoke(function, "{}")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void what_lambda_would_not_deploy_is_refused() {
    assertThatThrownBy(() -> definition("a b", 512, Duration.ofSeconds(1)))
        .hasMessageContaining("must match");
    assertThatThrownBy(() -> definition("a", 64, Duration.ofSeconds(1)))
        .hasMessageContaining("memory");
    assertThatThrownBy(() -> definition("a", 512, Duration.ofMinutes(16)))
        .hasMessageContaining("timeout");
  }

  private LambdaRuntime start(String handler, Duration timeout) {
    LambdaRuntime started =
        LambdaRuntime.start(
            new FunctionDefinition(
                "sample",
                handler,
                List.of(Path.of("target/test-classes").toAbsolutePath()),
                Map.of("COLOUR", "red"),
                "eu-central-1",
                512,
                timeout),
            folder.resolve("sample.log"));
    runtime = started;
    return started;
  }

  private static FunctionDefinition definition(String name, int memory, Duration timeout) {
    return new FunctionDefinition(
        name, "a.B", List.of(), Map.of(), "eu-central-1", memory, timeout);
  }

  private static JsonNode invoke(LambdaRuntime function, String payload) throws Exception {
    return JSON.readTree(function.invoke(payload.getBytes(StandardCharsets.UTF_8)));
  }
}
