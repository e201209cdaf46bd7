package io.kvsinfer.contract.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One log line in CloudWatch's embedded metric format: metrics in the namespace {@code kvs-infer},
 * counted once for each set of dimensions. Not thread-safe.
 */
public final class EmfLine {
  /** The one namespace of the product. */
  public static final String NAMESPACE = "kvs-infer";

  /** CloudWatch takes no more values of a metric in a line. */
  public static final int MOST_VALUES = 100;

  private static final JsonMapper JSON = new JsonMapper();

  private final Instant at;
  private final Map<String, String> dimensions;
  private final List<? extends Collection<String>> sets;
  private final Map<String, List<Double>> values = new TreeMap<>();
  private final Map<String, String> units = new TreeMap<>();

  /**
   * A line without metrics.
   *
   * @param at time of what is measured
   * @param dimensions by name
   * @param sets names of dimensions that the metrics are counted for, each
   */
  public EmfLine(
      Instant at, Map<String, String> dimensions, List<? extends Collection<String>> sets) {
    this.at = at;
    this.dimensions = new LinkedHashMap<>(dimensions);
    this.sets = List.copyOf(sets);
    for (Collection<String> set : sets) {
      if (!this.dimensions.keySet().containsAll(set)) {
        throw new IllegalArgumentException("dimensions " + set + " are not all given a value");
      }
    }
  }

  /**
   * Adds a metric.
   *
   * @param unit as CloudWatch names it, {@code Count} or {@code Seconds}
   */
  public EmfLine put(String name, String unit, double value) {
    return put(name, unit, List.of(value));
  }

  /** Adds a metric with many values; beyond {@link #MOST_VALUES} they are thinned out evenly. */
  public EmfLine put(String name, String unit, List<Double> all) {
    if (all.isEmpty()) {
      return this;
    }
    units.put(name, unit);
    if (all.size() <= MOST_VALUES) {
      values.put(name, List.copyOf(all));
    } else {
      List<Double> sorted = all.stream().sorted().toList();
      values.put(
          name,
          java.util.stream.IntStream.range(0, MOST_VALUES)
              .mapToObj(i -> sorted.get((int) ((i + 0.5) * sorted.size() / MOST_VALUES)))
              .toList());
    }
    return this;
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** The line, without its end. */
  public String write() {
    ObjectNode line = JSON.createObjectNode();
    ObjectNode aws = line.putObject("_aws");
    aws.put("Timestamp", at.toEpochMilli());
    ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", NAMESPACE);
    ArrayNode names = directive.putArray("Dimensions");
    for (Collection<String> set : sets) {
      ArrayNode one = names.addArray();
      set.forEach(one::add);
    }
    ArrayNode metrics = directive.putArray("Metrics");
    values.forEach(
        (name, some) -> metrics.addObject().put("Name", name).put("Unit", units.get(name)));
    dimensions.forEach(line::put);
    values.forEach((name, some) -> {
      if (some.size() == 1) {
        line.put(name, some.getFirst());
      } else {
        ArrayNode array = line.putArray(name);
        some.forEach(array::add);
      }
    });
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers can be written", e);
    }
  }
}
