package io.kvsinfer.contract.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmfLineTest {
  private static final Instant AT = Instant.parse("2026-11-21T02:48:00.123Z");

  @Test
  void a_line_names_its_metrics_and_counts_them_for_each_set_of_dimensions() throws Exception {
    EmfLine line =
        new EmfLine(
            AT,
            Map.of("environment", "dev", "camera_id", "yard"),
            List.of(List.of("environment"), List.of("environment", "camera_id")));
    line.put("FramesProcessed", "Count", 300).put("CaptureToEvent", "Seconds", List.of(0.5, 1.5));

    JsonNode tree = new JsonMapper().readTree(line.write());

    assertThat(tree.at("/_aws/Timestamp").asLong()).isEqualTo(AT.toEpochMilli());
    assertThat(tree.at("/_aws/CloudWatchMetrics/0/Namespace").asText()).isEqualTo("kvs-infer");
    assertThat(tree.at("/_aws/CloudWatchMetrics/0/Dimensions").toString())
        .isEqualTo("[[\"environment\"],[\"environment\",\"camera_id\"]]");
    assertThat(tree.at("/_aws/CloudWatchMetrics/0/Metrics").toString())
        .isEqualTo(
            "[{\"Name\":\"CaptureToEvent\",\"Unit\":\"Seconds\"},"
                + "{\"Name\":\"FramesProcessed\",\"Unit\":\"Count\"}]");
    assertThat(tree.get("FramesProcessed").asDouble()).isEqualTo(300);
    assertThat(tree.get("CaptureToEvent").toString()).isEqualTo("[0.5,1.5]");
    assertThat(tree.get("camera_id").asText()).isEqualTo("yard");
  }

  @Test
  void more_values_than_cloudwatch_takes_are_thinned_out_evenly() throws Exception {
    EmfLine line = new EmfLine(AT, Map.of("environment", "dev"), List.of(List.of("environment")));
    line.put("Inference", "Seconds", IntStream.range(0, 1000).mapToObj(i -> (double) i).toList());

    JsonNode values = new JsonMapper().readTree(line.write()).get("Inference");

    assertThat(values).hasSize(EmfLine.MOST_VALUES);
    assertThat(values.get(0).asDouble()).isEqualTo(5);
    assertThat(values.get(99).asDouble()).isEqualTo(995);
  }

  @Test
  void no_values_are_no_metric() {
    EmfLine line = new EmfLine(AT, Map.of("environment", "dev"), List.of(List.of("environment")));

    assertThat(line.put("Inference", "Seconds", List.of()).isEmpty()).isTrue();
  }

  @Test
  void a_dimension_without_a_value_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EmfLine(AT, Map.of(), List.of(List.of("environment"))))
        .withMessageContaining("[environment]");
  }
}
