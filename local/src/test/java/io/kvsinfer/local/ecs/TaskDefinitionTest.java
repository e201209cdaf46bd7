package io.kvsinfer.local.ecs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskDefinitionTest {
  @Test
  void what_cannot_be_is_refused() {
    refused("a b", 1, List.of("true"), Duration.ZERO, "must match");
    refused("a", 0, List.of("true"), Duration.ZERO, "revision");
    refused("a", 1, List.of(), Duration.ZERO, "empty");
    refused("a", 1, List.of("true"), Duration.ofSeconds(121), "stop timeout");
    assertThatThrownBy(() -> new EcsSettings("r", "c", List.of(), -1, Duration.ZERO))
        .hasMessageContaining("capacity");
    assertThatThrownBy(() -> new EcsSettings("r", "c", List.of(), 1, Duration.ofMillis(-1)))
        .hasMessageContaining("delay");
  }

  private static void refused(
      String family, int revision, List<String> command, Duration timeout, String about) {
    assertThatThrownBy(() ->
            new TaskDefinition(
                family, revision, "worker", command, Map.of(), Path.of("logs"), timeout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(about);
  }
}
