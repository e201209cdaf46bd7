package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;

/**
 * The metrics that functions and workers write in CloudWatch's embedded format: one namespace; the
 * dimensions are environment, function, phase and camera, nothing that grows without bounds.
 */
final class Measures {
  static final String NAMESPACE = "kvs-infer";
  static final Duration MINUTE = Duration.minutes(1);

  private final String environment;

  Measures(Configuration configuration) {
    this.environment = configuration.environment();
  }

  /** Of the whole environment. */
  Metric fleet(String name, String statistic) {
    return metric(name, statistic, Map.of("environment", environment));
  }

  /** Counted by a function. */
  Metric of(String function, String name, String statistic) {
    return metric(name, statistic, Map.of("environment", environment, "function", function));
  }

  /** Of one camera; {@code camera} may be the placeholder of a dashboard's variable. */
  Metric camera(String camera, String name, String statistic) {
    return metric(name, statistic, Map.of("environment", environment, "camera_id", camera));
  }

  /** One series for each value of {@code dimension}. */
  MathExpression each(String dimension, String name, String statistic, String label) {
    return MathExpression.Builder.create()
        .expression(
            "SEARCH('{%s,environment,%s} environment=\"%s\" MetricName=\"%s\"', '%s')"
                .formatted(NAMESPACE, dimension, environment, name, statistic))
        .usingMetrics(Map.of())
        .label(label)
        .period(MINUTE)
        .build();
  }

  /** The sum of metrics of which any may have no data, in each period. */
  static MathExpression together(String label, Duration period, Metric... metrics) {
    Map<String, IMetric> using = new TreeMap<>();
    for (Metric metric : metrics) {
      // Of the same period, else synthesis warns that it changes theirs.
      MetricOptions same = MetricOptions.builder().period(period).build();
      using.put("m" + (using.size() + 1), metric.with(same));
    }
    return MathExpression.Builder.create()
        // Beside a plus sign a series without data would take the others' data away.
        .expression("SUM([" + String.join(",", using.keySet()) + "])")
        .usingMetrics(using)
        .label(label)
        .period(period)
        .build();
  }

  private static Metric metric(String name, String statistic, Map<String, String> dimensions) {
    return Metric.Builder.create()
        .namespace(NAMESPACE)
        .metricName(name)
        .dimensionsMap(dimensions)
        .statistic(statistic)
        .period(MINUTE)
        .label(name + " " + statistic)
        .build();
  }
}
