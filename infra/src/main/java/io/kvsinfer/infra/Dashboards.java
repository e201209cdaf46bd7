package io.kvsinfer.infra;

import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.infra.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.DashboardVariable;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.SearchComponents;
import software.amazon.awscdk.services.cloudwatch.Values;
import software.amazon.awscdk.services.cloudwatch.VariableInputType;
import software.amazon.awscdk.services.cloudwatch.VariableType;
import software.amazon.awscdk.services.cloudwatch.YAxisProps;
import software.amazon.awscdk.services.ecs.ICluster;
import software.constructs.Construct;

/** One dashboard of the fleet, and one of a camera that a variable chooses. */
final class Dashboards extends Construct {
  private static final int THIRD = 8;
  private static final int FULL = 24;

  private final Measures measures;

  Dashboards(
      Construct scope,
      String id,
      Configuration configuration,
      ComputeStack compute,
      NightAlarms alarms) {
    super(scope, id);
    measures = new Measures(configuration);
    Dashboard fleet =
        Dashboard.Builder.create(this, "Fleet")
            .dashboardName(configuration.named("fleet"))
            .defaultInterval(Duration.hours(3))
            .build();
    fleet.addWidgets(
        AlarmStatusWidget.Builder.create()
            .title("Alarms")
            .alarms(List.copyOf(alarms.alarms()))
            .width(FULL)
            .height(4)
            .build());
    fleet.addWidgets(
        graph("Cameras by phase", measures.each("phase", "Cameras", "Maximum", "")),
        graph(
            "Cameras that are not well",
            measures.fleet("CamerasSilent", "Maximum"),
            measures.fleet("CamerasFailed", "Maximum"),
            measures.fleet("CamerasRefused", "Maximum")),
        graph("Longest silence, seconds", measures.fleet("SilenceSeconds", "Maximum")));
    fleet.addWidgets(
        graph(
            "Frames a second, wanted and looked at",
            wanted(
                measures.fleet("FramesProcessed", "Sum"), measures.fleet("FramesSkipped", "Sum")),
            looked(measures.fleet("FramesProcessed", "Sum"))),
        graph(
            "Capture to event, seconds",
            measures.fleet("CaptureToEventSeconds", "p50"),
            measures.fleet("CaptureToEventSeconds", "p99")),
        graph(
            "Inference, seconds",
            measures.fleet("InferenceSeconds", "p50"),
            measures.fleet("InferenceSeconds", "p99")));
    fleet.addWidgets(
        graph("Events by type", measures.each("type", "EventsPublished", "Sum", "")),
        graph("Media not seen, seconds", measures.fleet("GapSeconds", "Sum")),
        graph(
            "Spool, bytes, and events given up",
            measures.fleet("SpoolBytes", "Maximum"),
            measures.fleet("SpoolDropped", "Sum")));
    fleet.addWidgets(
        graph("Function errors", functions(compute, "Errors", "Sum")),
        graph("Age of records, ms", functions(compute, "IteratorAge", "Maximum")),
        graph(
            "Records set aside, fenced, repeated",
            measures.of(Mappings.EVENTS, "RecordsPoisoned", "Sum"),
            measures.of(Mappings.EVENTS, "EventsFenced", "Sum"),
            measures.of(Mappings.EVENTS, "EventsRepeated", "Sum")));
    fleet.addWidgets(
        graph(
            "GPU, percent",
            measures.fleet("GpuPercent", "Average"),
            measures.fleet("GpuMemoryPercent", "Maximum")),
        graph("Workers: CPU and memory, percent of what is reserved", workers(compute)),
        graph(
            "Camera-hours of workers (times the price of a task is the cost)",
            MathExpression.Builder.create()
                .expression("running / 60")
                .usingMetrics(Map.of("running", measures.fleet("CamerasRunning", "Maximum")))
                .label("camera-hours in a minute")
                .period(Measures.MINUTE)
                .build()));
    if (configuration.watch().cameraMetrics()) {
      camera(configuration);
    }
  }

  private void camera(Configuration configuration) {
    // The variable replaces this value wherever it stands as camera_id.
    String chosen = "camera";
    Dashboard camera =
        Dashboard.Builder.create(this, "Camera")
            .dashboardName(configuration.named("camera"))
            .defaultInterval(Duration.hours(3))
            .variables(
                List.of(
                    DashboardVariable.Builder.create()
                        .id("camera")
                        .label("Camera")
                        .type(VariableType.PROPERTY)
                        .value("camera_id")
                        .inputType(VariableInputType.SELECT)
                        .visible(true)
                        .values(
                            Values.fromSearchComponents(
                                SearchComponents.builder()
                                    .namespace(Measures.NAMESPACE)
                                    .dimensions(List.of("camera_id", "environment"))
                                    .metricName("SilenceSeconds")
                                    .populateFrom("camera_id")
                                    .build()))
                        .build()))
            .build();
    camera.addWidgets(
        graph("Silence, seconds", measures.camera(chosen, "SilenceSeconds", "Maximum")),
        graph(
            "Frames a second, wanted and looked at",
            wanted(
                measures.camera(chosen, "FramesProcessed", "Sum"),
                measures.camera(chosen, "FramesSkipped", "Sum")),
            looked(measures.camera(chosen, "FramesProcessed", "Sum"))),
        graph("Latency of the newest frame, ms", measures.camera(chosen, "LatencyMs", "Maximum")));
    camera.addWidgets(
        graph(
            "Capture to event, seconds",
            measures.camera(chosen, "CaptureToEventSeconds", "p50"),
            measures.camera(chosen, "CaptureToEventSeconds", "p99")),
        graph(
            "Objects seen, events published",
            measures.camera(chosen, "Detections", "Sum"),
            measures.camera(chosen, "EventsPublished", "Sum")),
        graph(
            "Errors and reconnects",
            measures.camera(chosen, "StreamErrors", "Sum"),
            measures.camera(chosen, "Reconnects", "Sum")));
    camera.addWidgets(
        graph("Media not seen, seconds", measures.camera(chosen, "GapSeconds", "Sum")),
        graph("Spool, bytes", measures.camera(chosen, "SpoolBytes", "Maximum")),
        graph(
            "Frames looked at and left out",
            measures.camera(chosen, "FramesProcessed", "Sum"),
            measures.camera(chosen, "FramesSkipped", "Sum")));
  }

  private static IMetric looked(Metric processed) {
    return MathExpression.Builder.create()
        .expression("processed / 60")
        .usingMetrics(Map.of("processed", processed))
        .label("looked at")
        .period(Measures.MINUTE)
        .build();
  }

  /** What the sampling grid asked for: what was looked at and what was left out. */
  private static IMetric wanted(Metric processed, Metric skipped) {
    return MathExpression.Builder.create()
        .expression("(done + FILL(skipped, 0)) / 60")
        // In one order, so that the template is the same each time.
        .usingMetrics(new TreeMap<>(Map.of("done", processed, "skipped", skipped)))
        .label("wanted")
        .period(Measures.MINUTE)
        .build();
  }

  private static IMetric[] functions(ComputeStack compute, String name, String statistic) {
    return compute.functions().stream()
        .map(f ->
            f.function()
                .metric(
                    name,
                    MetricOptions.builder()
                        .statistic(statistic)
                        .period(Measures.MINUTE)
                        .label(f.name())
                        .build()))
        .toArray(IMetric[]::new);
  }

  /** Of Container Insights, which counts in CPU units and in MB. */
  private static IMetric[] workers(ComputeStack compute) {
    List<IMetric> shares = new ArrayList<>();
    for (ICluster cluster : compute.clusters()) {
      String number = shares.isEmpty() ? "" : " " + (shares.size() / 2 + 1);
      shares.add(share(cluster, "Cpu", "CPU" + number));
      shares.add(share(cluster, "Memory", "memory" + number));
    }
    return shares.toArray(IMetric[]::new);
  }

  private static IMetric share(ICluster cluster, String what, String label) {
    String id = label.replace(" ", "").toLowerCase(Locale.ROOT);
    return MathExpression.Builder.create()
        .expression("100 * %s_used / %s_reserved".formatted(id, id))
        .usingMetrics(
            new TreeMap<>(
                Map.of(
                    id + "_used", insight(cluster, what + "Utilized"),
                    id + "_reserved", insight(cluster, what + "Reserved"))))
        .label(label)
        .period(Measures.MINUTE)
        .build();
  }

  private static Metric insight(ICluster cluster, String name) {
    return Metric.Builder.create()
        .namespace("ECS/ContainerInsights")
        .metricName(name)
        .dimensionsMap(Map.of("ClusterName", cluster.getClusterName()))
        .statistic("Sum")
        .period(Measures.MINUTE)
        .build();
  }

  private static GraphWidget graph(String title, IMetric... metrics) {
    return GraphWidget.Builder.create()
        .title(title)
        .left(List.of(metrics))
        .leftYAxis(YAxisProps.builder().min(0).build())
        .width(THIRD)
        .height(6)
        .build();
  }
}
