package io.kvsinfer.functions.metrics;

import io.kvsinfer.contract.metric.EmfLine;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.MetricsBuilder;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * Counters that end as one line of CloudWatch's embedded metric format for an invocation. For one
 * invocation at a time, as Lambda gives them.
 */
public final class EmfCounters implements Counters {
  private static final String NAMESPACE = "kvs-infer";

  private final Metrics metrics;
  private final Map<String, Double> sums = new TreeMap<>();

  /**
   * @param function name of the function, the dimension {@code function}
   * @param environment the dimension {@code environment}
   */
  public EmfCounters(String function, String environment) {
    this.metrics =
        MetricsBuilder.builder()
            .withNamespace(NAMESPACE)
            .withService(function)
            .withDefaultDimensions(
                DimensionSet.of("environment", environment, "function", function))
            .build();
  }

  @Override
  public synchronized void add(String name, double value) {
    sums.merge(name, value, Double::sum);
  }

  @Override
  public void log(EmfLine line) {
    // Where CloudWatch looks for them: a line of the function's log.
    System.out.println(line.write());
  }

  /** Writes what was counted and begins anew. */
  public synchronized void flush() {
    if (sums.isEmpty()) {
      return;
    }
    sums.forEach((name, value) -> metrics.addMetric(name, value, MetricUnit.COUNT));
    sums.clear();
    metrics.flush();
  }
}
