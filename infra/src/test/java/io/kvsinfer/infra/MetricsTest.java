package io.kvsinfer.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dashboards, alarms, rules and the table of metrics ask for what the programs really tell: the
 * same names with the same dimensions. An alarm on a metric that nobody tells is silent for ever.
 */
class MetricsTest {
  private static final Set<Told.Series> TOLD = Told.series();
  private static final Map<String, Set<String>> SCRAPED = scraped(Told.scrape());
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*([a-z_]+)\\s*\\}\\}");
  private static final Pattern LABEL = Pattern.compile("\\$labels\\.([a-z_]+)");

  /** Metrics of AWS itself that are asked for, with the dimensions that AWS documents. */
  private static final Map<String, Set<String>> OF_AWS =
      Map.ofEntries(
          Map.entry("AWS/Lambda Errors", Set.of("FunctionName")),
          Map.entry("AWS/Lambda Invocations", Set.of("FunctionName")),
          Map.entry("AWS/Lambda IteratorAge", Set.of("FunctionName")),
          Map.entry("AWS/Lambda Throttles", Set.of("FunctionName")),
          Map.entry("AWS/Lambda DroppedEventCount", Set.of("EventSourceMappingUUID")),
          Map.entry(
              "AWS/Lambda OnFailureDestinationDeliveredEventCount",
              Set.of("EventSourceMappingUUID")),
          Map.entry("AWS/SQS ApproximateNumberOfMessagesVisible", Set.of("QueueName")),
          Map.entry("ECS/ContainerInsights CpuReserved", Set.of("ClusterName")),
          Map.entry("ECS/ContainerInsights CpuUtilized", Set.of("ClusterName")),
          Map.entry("ECS/ContainerInsights MemoryReserved", Set.of("ClusterName")),
          Map.entry("ECS/ContainerInsights MemoryUtilized", Set.of("ClusterName")));

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod", "site"})
  void alarms_and_dashboards_ask_for_what_workers_and_functions_tell(String environment) {
    List<Asked.Metric> asked =
        Asked.of(Synthesis.of(environment)).stream()
            .filter(m -> m.namespace().equals(Measures.NAMESPACE))
            .toList();

    assertThat(asked).hasSizeGreaterThan(40);
    assertThat(asked.stream().filter(metric -> !TOLD.contains(metric.series())))
        .as("asked for, but told by nobody")
        .isEmpty();
  }

  @Test
  void metrics_of_aws_are_asked_for_as_aws_tells_them() {
    List<Asked.Metric> asked =
        Asked.of(Synthesis.of("prod")).stream()
            .filter(m -> !m.namespace().equals(Measures.NAMESPACE))
            .toList();

    assertThat(asked.stream().filter(m -> !m.dimensions().equals(OF_AWS.get(nameOfAws(m)))))
        .isEmpty();
    assertThat(asked.stream().map(MetricsTest::nameOfAws).collect(Collectors.toSet()))
        .isEqualTo(OF_AWS.keySet());
  }

  @Test
  void the_table_has_every_metric_that_cloudwatch_is_told_and_no_other() {
    assertThat(column(3))
        .isEqualTo(
            TOLD.stream().map(Told.Series::name).collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void the_table_has_every_metric_that_prometheus_is_told_and_no_other() {
    Set<String> told = new TreeSet<>();
    for (String name : SCRAPED.keySet()) {
      if (name.startsWith("kvs_")) {
        told.add(name.replaceAll("_(bucket|count|sum)$", ""));
      }
    }

    assertThat(column(2).stream().filter(name -> !name.contains(":")))
        .containsExactlyInAnyOrderElementsOf(told);
  }

  @Test
  void rules_and_panels_of_prometheus_ask_for_what_workers_tell() throws IOException {
    Map<String, Set<String>> known = new TreeMap<>(SCRAPED);
    // Prometheus itself tells whether a target answers.
    known.put("up", Set.of("job", "instance"));
    Set<String> faults = new TreeSet<>();
    int queries = 0;
    for (JsonNode rule : rules("recording.yaml")) {
      PromQuery query = new PromQuery(rule.get("record").asText(), rule.get("expr").asText());
      faults.addAll(query.faults(known));
      known.put(query.where(), query.labels(known));
      queries++;
    }
    for (JsonNode rule : rules("alerting.yaml")) {
      PromQuery query = new PromQuery(rule.get("alert").asText(), rule.get("expr").asText());
      faults.addAll(query.faults(known));
      faults.addAll(missing(query, LABEL.matcher(rule.at("/annotations/summary").asText()), known));
      queries++;
    }
    for (JsonNode panel : grafana().get("panels")) {
      for (JsonNode target : panel.get("targets")) {
        PromQuery query = new PromQuery(panel.get("title").asText(), target.get("expr").asText());
        faults.addAll(query.faults(known));
        faults.addAll(missing(query, LEGEND.matcher(target.get("legendFormat").asText()), known));
        queries++;
      }
    }

    assertThat(faults).isEmpty();
    assertThat(queries).isGreaterThan(40);
  }

  @Test
  void panels_of_grafana_lie_beside_each_other() throws IOException {
    boolean[][] taken = new boolean[200][24];
    for (JsonNode panel : grafana().get("panels")) {
      JsonNode at = panel.get("gridPos");
      for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
        for (int x = at.get("x").asInt(); x < at.get("x").asInt() + at.get("w").asInt(); x++) {
          assertThat(taken[y][x]).as("%s at %s", panel.get("title"), at).isFalse();
          taken[y][x] = true;
        }
      }
    }
  }

  private static String nameOfAws(Asked.Metric metric) {
    return metric.namespace() + " " + metric.name();
  }

  private static Set<String> missing(
      PromQuery query, Matcher used, Map<String, Set<String>> known) {
    Set<String> faults = new TreeSet<>();
    while (used.find()) {
      if (!query.labels(known).contains(used.group(1))) {
        faults.add(query.where() + " shows the label " + used.group(1) + ", which it has not");
      }
    }
    return faults;
  }

  private static List<JsonNode> rules(String file) throws IOException {
    JsonNode groups =
        new YAMLMapper()
            .readTree(
                Synthesis.read(Synthesis.repository().resolve("config/prometheus").resolve(file)));
    List<JsonNode> rules = new ArrayList<>();
    groups.get("groups").forEach(group -> group.get("rules").forEach(rules::add));
    return rules;
  }

  private static JsonNode grafana() {
    return Synthesis.tree(
        Synthesis.read(Synthesis.repository().resolve("config/grafana/kvs-infer.json")));
  }

  /** Names in a column of the table in docs/metrics.md, apart from dimensions. */
  private static Set<String> column(int number) {
    Set<String> names = new TreeSet<>();
    boolean table = false;
    for (String line :
        Synthesis.read(Synthesis.repository().resolve("docs/metrics.md")).lines().toList()) {
      table = line.startsWith("| what |") || (table && line.startsWith("|"));
      if (table) {
        // "by `phase`" names a dimension, not a metric.
        Matcher code = CODE.matcher(line.split("\\|", -1)[number].replaceAll("by `[a-z]+`", ""));
        while (code.find()) {
          names.add(code.group(1));
        }
      }
    }
    return names;
  }

  /** Names of series in Prometheus' text format, each with its labels. */
  private static Map<String, Set<String>> scraped(String text) {
    Pattern line = Pattern.compile("^([a-z_:]+)(\\{(.*)\\})? .*$");
    Map<String, Set<String>> series = new TreeMap<>();
    text.lines()
        .filter(l -> !l.startsWith("#"))
        .map(line::matcher)
        .filter(Matcher::matches)
        .forEach(m -> {
          Set<String> labels = series.computeIfAbsent(m.group(1), n -> new TreeSet<>());
          Matcher label =
              Pattern.compile("([a-z_]+)=\"").matcher(m.group(3) == null ? "" : m.group(3));
          while (label.find()) {
            labels.add(label.group(1));
          }
        });
    return series;
  }
}
