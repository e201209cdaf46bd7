package io.kvsinfer.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kvsinfer.local.lambda.FunctionException;
import io.kvsinfer.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00.123Z");

  @Test
  void a_schedule_invokes_at_once_and_again_even_after_an_error() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(event -> {
          if (calls.incrementAndGet() == 1) {
            throw new FunctionException("Sandbox.Timedout", "late");
          }
          return "{}";
        });
    Schedule schedule = start(function, Duration.ofMillis(20));
    Eventually.until("three calls", DEADLINE, () -> calls.get() >= 3);
    schedule.close();

    JsonNode event = function.events.getFirst();
    assertThat(event.path("detail-type").asText()).isEqualTo("Scheduled Event");
    assertThat(event.path("source").asText()).isEqualTo("aws.scheduler");
    assertThat(event.path("time").asText()).isEqualTo("2026-11-21T02:48:00Z");
  }

  @Test
  void a_trigger_does_not_wait_for_the_interval() throws Exception {
    ScriptedFunction function = ScriptedFunction.willing();
    try (Schedule schedule = start(function, Duration.ofHours(1))) {
      Eventually.until("the first call", DEADLINE, () -> function.events.size() == 1);
      schedule.trigger();
      Eventually.until("the second call", DEADLINE, () -> function.events.size() == 2);
    }
    assertThatThrownBy(() -> start(function, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_event_is_tried_three_times_and_then_counted_as_dropped() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(event -> {
          if (event.path("n").asInt() == 1) {
            throw new FunctionException("java.lang.IllegalStateException", "no");
          }
          return "{}";
        });
    try (AsyncInvocations invocations = AsyncInvocations.start(function, attempt -> {})) {
      invocations.accept(JsonNodeFactory.instance.objectNode().put("n", 1));
      invocations.accept(JsonNodeFactory.instance.objectNode().put("n", 2));
      Eventually.until("four calls", DEADLINE, () -> function.events.size() == 4);
      assertThat(invocations.dropped()).isEqualTo(1);
    }
  }

  private static Schedule start(ScriptedFunction function, Duration interval) {
    return Schedule.start(function, "eu-central-1", interval, () -> NOW);
  }
}
