package io.kvsinfer.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the alarms and dashboards of a template ask CloudWatch for. */
final class Asked {
  private static final Pattern SEARCH =
      Pattern.compile("\\{([^,}]+),([^}]+)\\}.*MetricName=\"([^\"]+)\"");

  private final List<Metric> metrics = new ArrayList<>();

  /**
   * One metric.
   *
   * @param where alarm or widget that asks
   * @param function value of the dimension of that name; empty where it is none of them
   */
  record Metric(
      String where, String namespace, String name, Set<String> dimensions, String function) {
    Metric {
      dimensions = new TreeSet<>(dimensions);
    }

    Told.Series series() {
      return new Told.Series(name, dimensions, function);
    }
  }

  private Asked() {}

  static List<Metric> of(Synthesis synthesis) {
    Asked asked = new Asked();
    synthesis.resources("AWS::CloudWatch::Alarm").forEach(a -> asked.alarm(a.get("Properties")));
    synthesis
        .resources("AWS::CloudWatch::Dashboard")
        .forEach(d -> asked.dashboard(d.get("Properties")));
    return asked.metrics;
  }

  private void alarm(JsonNode alarm) {
    String where = alarm.get("AlarmName").asText();
    if (alarm.has("MetricName")) {
      alarm(where, alarm);
    }
    for (JsonNode query : alarm.path("Metrics")) {
      if (query.has("MetricStat")) {
        alarm(where, query.at("/MetricStat/Metric"));
      }
    }
  }

  private void alarm(String where, JsonNode metric) {
    Set<String> dimensions = new TreeSet<>();
    String function = "";
    for (JsonNode dimension : metric.path("Dimensions")) {
      dimensions.add(dimension.get("Name").asText());
      if (dimension.get("Name").asText().equals("function")) {
        function = dimension.get("Value").asText();
      }
    }
    metrics.add(
        new Metric(
            where,
            metric.get("Namespace").asText(),
            metric.get("MetricName").asText(),
            dimensions,
            function));
  }

  private void dashboard(JsonNode dashboard) {
    JsonNode body = Synthesis.tree(text(dashboard.get("DashboardBody")));
    String name = dashboard.get("DashboardName").asText();
    for (JsonNode widget : body.get("widgets")) {
      for (JsonNode row : widget.at("/properties/metrics")) {
        row(name + ": " + widget.at("/properties/title").asText(), row);
      }
    }
    for (JsonNode variable : body.path("variables")) {
      search(name + ": variable " + variable.get("id").asText(), variable.get("search").asText());
    }
  }

  /** Namespace, name, then names and values of dimensions; or an expression alone. */
  private void row(String where, JsonNode row) {
    String expression = row.at("/0/expression").asText("");
    if (expression.contains("SEARCH(")) {
      search(where, expression);
    }
    if (!row.get(0).isTextual()) {
      return;
    }
    Set<String> dimensions = new TreeSet<>();
    String function = "";
    for (int i = 2; i + 1 < row.size(); i += 2) {
      dimensions.add(row.get(i).asText());
      if (row.get(i).asText().equals("function")) {
        function = row.get(i + 1).asText();
      }
    }
    metrics.add(new Metric(where, row.get(0).asText(), row.get(1).asText(), dimensions, function));
  }

  private void search(String where, String expression) {
    Matcher search = SEARCH.matcher(expression);
    if (!search.find()) {
      throw new AssertionError(where + " is not understood: " + expression);
    }
    metrics.add(
        new Metric(
            where,
            search.group(1).strip(),
            search.group(3),
            Set.of(search.group(2).replace("\"", "").split("\\s*,\\s*", -1)),
            ""));
  }

  /** A text of which parts are known only when it is deployed; those become the word "later". */
  static String text(JsonNode node) {
    if (node.isTextual()) {
      return node.asText();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : node.at("/Fn::Join/1")) {
      text.append(part.isTextual() ? part.asText() : "later");
    }
    return text.toString();
  }
}
