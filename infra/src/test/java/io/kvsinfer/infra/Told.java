package io.kvsinfer.infra;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.EventFormatException;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.contract.metric.EmfLine;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.functions.metrics.EmfCounters;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the programs really tell: lines for CloudWatch and the answer to Prometheus, written by
 * their own classes, of a camera to which everything happened once. These classes are nobody's API,
 * so that they are called by their names.
 */
final class Told {
  static final String ENVIRONMENT = "dev";
  static final String CAMERA = "yard";

  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
  private static final String APP = "io.kvsinfer.worker.app.";

  private Told() {}

  /**
   * Metrics of one name and set of dimensions.
   *
   * @param function value of the dimension of that name; empty where it is none of them
   */
  record Series(String name, Set<String> dimensions, String function)
      implements Comparable<Series> {
    Series {
      dimensions = new TreeSet<>(dimensions);
    }

    @Override
    public int compareTo(Series other) {
      return toString().compareTo(other.toString());
    }
  }

  /** Everything that a registry of a worker has, as {@code /metrics} answers it. */
  static String scrape() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PrometheusTextFormatWriter.create().write(out, worker().scrape());
      return out.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that CloudWatch finds in the logs of workers and functions. */
  static Set<Series> series() {
    List<String> lines = new ArrayList<>(workerLines());
    lines.addAll(fleetLines());
    for (String function : List.of(Mappings.SCHEDULER, Mappings.EVENTS, Mappings.ALERTS)) {
      lines.addAll(functionLines(function));
    }
    Set<Series> series = new TreeSet<>();
    lines.forEach(line -> series.addAll(series(Synthesis.tree(line))));
    return series;
  }

  private static Set<Series> series(JsonNode line) {
    Set<Series> series = new TreeSet<>();
    for (JsonNode directive : line.at("/_aws/CloudWatchMetrics")) {
      if (!directive.path("Namespace").asText().equals(Measures.NAMESPACE)) {
        throw new AssertionError("another namespace: " + line);
      }
      for (JsonNode set : directive.path("Dimensions")) {
        List<String> dimensions = Granted.texts(set);
        for (JsonNode metric : directive.path("Metrics")) {
          String name = metric.path("Name").asText();
          if (!line.has(name) || !dimensions.stream().allMatch(line::has)) {
            throw new AssertionError(name + " or a dimension of it has no value: " + line);
          }
          series.add(
              new Series(
                  name,
                  Set.copyOf(dimensions),
                  dimensions.contains("function") ? line.path("function").asText() : ""));
        }
      }
    }
    return series;
  }

  private static PrometheusRegistry worker() {
    PrometheusRegistry registry = new PrometheusRegistry();
    Object metrics = make(APP + "WorkerMetrics", registry);
    call(metrics, "begin", CAMERA);
    call(metrics, "detections", CAMERA, "weapon", 1);
    call(metrics, "inference", "weapon", "weapon-n-320", "cpu", 0.02);
    PublishMetrics publish = new PublishMetrics(registry);
    call(publish, "begin", CAMERA);
    call(publish, "published", event(), NOW);
    call(publish, "spool", CAMERA, 0L);
    call(new HlsMetrics(registry), "camera", CAMERA);
    call(new GetMediaMetrics(registry), "camera", CAMERA);
    LongSupplier now = () -> 0;
    call(make(APP + "GpuUse", List.of("printf", "0, 37, 1, 4\\n"), now), "gauges", registry);
    return registry;
  }

  private static List<String> workerLines() {
    List<String> lines = new ArrayList<>();
    Consumer<String> out = lines::add;
    InstantSource clock = () -> NOW;
    call(make(APP + "EmfReporter", worker(), ENVIRONMENT, true, clock, out), "report");
    return lines;
  }

  private static List<String> fleetLines() {
    Object gauges =
        make(
            "io.kvsinfer.functions.scheduler.FleetGauges",
            ENVIRONMENT,
            Duration.ofMinutes(2),
            true);
    Status status = new Status(Status.Phase.RUNNING, NOW, NOW, 5.0, 250.0, null, null, null, null);
    Desired desired = new Desired("0123456789ab", Desired.Outcome.ACCEPTED, List.of());
    CameraState row = new CameraState(CAMERA, null, null, null, null, null, status, null);
    List<?> lines =
        (List<?>) call(gauges, "lines", Map.of(CAMERA, desired), Map.of(CAMERA, row), NOW);
    return lines.stream().map(EmfLine.class::cast).map(EmfLine::write).toList();
  }

  /** One line of everything that the function's code can count. */
  private static List<String> functionLines(String function) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      EmfCounters counters = new EmfCounters(function, ENVIRONMENT);
      CountedNames.of(function).forEach(name -> counters.add(name, 1));
      counters.flush();
    } finally {
      System.setOut(before);
    }
    List<String> lines =
        out.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("_aws")).toList();
    if (lines.isEmpty()) {
      throw new AssertionError("no line of " + function + " in: " + out);
    }
    return lines;
  }

  private static IncidentEvent event() {
    Path file =
        Synthesis.repository()
            .resolve("contract/src/test/resources/io/kvsinfer/contract/event/event-full.json");
    try {
      return (IncidentEvent) EventCodec.read(Files.readAllBytes(file));
    } catch (EventFormatException e) {
      throw new AssertionError(file + " is no event", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object make(String type, Object... arguments) {
    try {
      for (Constructor<?> constructor : Class.forName(type).getDeclaredConstructors()) {
        if (constructor.getParameterCount() == arguments.length) {
          constructor.setAccessible(true);
          return constructor.newInstance(arguments);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + Arrays.toString(arguments), e);
    }
    throw new AssertionError("no such constructor: " + type + Arrays.toString(arguments));
  }

  private static Object call(Object on, String name, Object... arguments) {
    try {
      for (Method method : on.getClass().getDeclaredMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
          method.setAccessible(true);
          Object answer = method.invoke(on, arguments);
          return answer == null ? on : answer;
        }
      }
    } catch (InvocationTargetException e) {
      throw new AssertionError(on.getClass() + "." + name + Arrays.toString(arguments), e);
    } catch (IllegalAccessException e) {
      throw new AssertionError("made accessible", e);
    }
    throw new AssertionError("no such method: " + on.getClass() + "." + name);
  }
}
