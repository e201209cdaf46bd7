package io.kvsinfer.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever is woken finds what to do, and every number has a line that explains it. */
class RunbookTest {
  private static final String OPERATIONS = doc("operations.md");
  private static final String METRICS = doc("metrics.md");
  private static final Pattern SECTION = Pattern.compile("docs/operations\\.md, ([a-z-]+)$");
  private static final Pattern PROMETHEUS = Pattern.compile("\\bkvs_[a-z_]+\\b(?!:)");

  @Test
  void every_alarm_names_a_section_of_the_operations_guide() {
    assertThat(Synthesis.of("prod").resources("AWS::CloudWatch::Alarm"))
        .hasSizeGreaterThan(20)
        .allSatisfy(alarm -> {
          String description = alarm.at("/Properties/AlarmDescription").asText();
          Matcher section = SECTION.matcher(description);
          assertThat(section.find()).as(description).isTrue();
          assertThat(OPERATIONS).contains("\n### " + section.group(1) + "\n");
          assertThat(alarm.at("/Properties/AlarmActions")).hasSize(1);
        });
  }

  @Test
  void a_silent_camera_rings_even_when_nobody_tells() {
    JsonNode alarm = Synthesis.of("dev").only("AWS::CloudWatch::Alarm", "camerasilent");

    assertThat(alarm.get("TreatMissingData").asText()).isEqualTo("breaching");
    assertThat(metric(alarm).at("/MetricName").asText()).isEqualTo("CamerasSilent");
    assertThat(alarm.get("EvaluationPeriods").asInt()).isEqualTo(3);
  }

  @Test
  void every_alert_of_prometheus_names_a_section_of_the_operations_guide() throws IOException {
    JsonNode rules = new YAMLMapper().readTree(prometheus("alerting.yaml"));

    Set<String> headings =
        OPERATIONS
            .lines()
            .filter(l -> l.startsWith("### "))
            .map(l -> l.substring(4).toLowerCase(Locale.ROOT).replace(' ', '-'))
            .collect(Collectors.toSet());
    assertThat(rules.findValuesAsText("runbook"))
        .hasSize(10)
        .allSatisfy(
            runbook -> assertThat(headings).contains(runbook.substring(runbook.indexOf('#') + 1)));
  }

  @Test
  void every_metric_of_alarms_and_dashboards_is_in_the_table() {
    Set<String> names = new TreeSet<>();
    for (JsonNode alarm : Synthesis.of("prod").resources("AWS::CloudWatch::Alarm")) {
      JsonNode metric = metric(alarm.get("Properties"));
      if (metric.at("/Namespace").asText().equals("kvs-infer")) {
        names.add(metric.at("/MetricName").asText());
      }
    }
    for (JsonNode dashboard : Synthesis.of("prod").resources("AWS::CloudWatch::Dashboard")) {
      Matcher metric =
          Pattern.compile("\"kvs-infer\",\"([A-Za-z]+)\"|MetricName=\\W*([A-Za-z]+)")
              .matcher(dashboard.at("/Properties/DashboardBody").toString().replace("\\", ""));
      while (metric.find()) {
        names.add(metric.group(1) == null ? metric.group(2) : metric.group(1));
      }
    }
    assertThat(names)
        .hasSizeGreaterThan(20)
        .allSatisfy(name -> assertThat(METRICS).contains("`" + name + "`"));
  }

  @Test
  void every_metric_of_rules_and_of_the_grafana_dashboard_is_in_the_table() throws IOException {
    String used =
        prometheus("recording.yaml")
            + prometheus("alerting.yaml")
            + Synthesis.read(Synthesis.repository().resolve("config/grafana/kvs-infer.json"));
    Set<String> names = new TreeSet<>();
    Matcher metric = PROMETHEUS.matcher(used);
    while (metric.find()) {
      names.add(metric.group().replaceAll("_bucket$", ""));
    }

    assertThat(names)
        .hasSizeGreaterThan(15)
        .allSatisfy(name -> assertThat(METRICS).contains("`" + name + "`"));
  }

  @Test
  void the_grafana_dashboard_asks_for_recorded_names_that_exist() throws IOException {
    String recording = prometheus("recording.yaml");
    Matcher recorded =
        Pattern.compile("kvs_infer:[a-z_]+(:[a-z0-9]+)?")
            .matcher(
                Synthesis.read(Synthesis.repository().resolve("config/grafana/kvs-infer.json")));

    Set<String> names = new TreeSet<>();
    while (recorded.find()) {
      names.add(recorded.group());
    }
    assertThat(names)
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(recording).contains("record: " + name + "\n"));
  }

  /** A metric with a label stands in a list of its own. */
  private static JsonNode metric(JsonNode alarm) {
    JsonNode inList = alarm.at("/Metrics/0/MetricStat/Metric");
    return inList.isMissingNode() ? alarm : inList;
  }

  private static String prometheus(String file) {
    return Synthesis.read(Synthesis.repository().resolve("config/prometheus").resolve(file));
  }

  private static String doc(String file) {
    return Synthesis.read(Synthesis.repository().resolve("docs").resolve(file));
  }
}
