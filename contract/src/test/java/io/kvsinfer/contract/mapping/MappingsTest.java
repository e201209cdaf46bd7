package io.kvsinfer.contract.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.mapping.EventSourceMapping.Source;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MappingsTest {
  @Test
  void each_function_is_fed_by_its_source() {
    assertThat(Mappings.ALL)
        .extracting(EventSourceMapping::function)
        .containsExactly("events", "scheduler", "alerts");
    assertThat(Mappings.ALL)
        .extracting(EventSourceMapping::source)
        .containsExactly(
            Source.EVENTS_STREAM, Source.CAMERAS_TABLE_STREAM, Source.INCIDENTS_TABLE_STREAM);
  }

  @Test
  void batching_and_retries_are_those_of_the_contract() {
    assertThat(Mappings.ALL)
        .allSatisfy(mapping -> {
          assertThat(mapping.batchSize()).isEqualTo(100);
          assertThat(mapping.window()).isEqualTo(Duration.ofSeconds(1));
          assertThat(mapping.bisect()).isTrue();
          // Lambda's most: the age decides (ADR 0021).
          assertThat(mapping.maxRetries()).isEqualTo(10_000);
          assertThat(mapping.maxRecordAge()).isEqualTo(Duration.ofHours(1));
          assertThat(mapping.partialBatch()).isTrue();
        });
  }
}
