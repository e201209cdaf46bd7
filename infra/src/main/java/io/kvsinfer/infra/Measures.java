package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;

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
