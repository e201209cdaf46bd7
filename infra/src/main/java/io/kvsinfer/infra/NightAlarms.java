package io.kvsinfer.infra;

import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.infra.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.sns.ITopic;
import software.constructs.Construct;

/**
 * What somebody is woken for. Each alarm is a section of docs/operations.md with the same name; its
 * description names that section.
 */
final class NightAlarms extends Construct {
  private static final int SPOOL_BYTES = 64 * 1024 * 1024;
  private static final int LATE_SECONDS = 10;
  private static final int ITERATOR_AGE_MS = 60_000;

  private final Configuration configuration;
  private final ITopic topic;
  private final List<Alarm> alarms = new ArrayList<>();

  NightAlarms(
      Construct scope, String id, Configuration configuration, ITopic topic, ComputeStack compute) {
    super(scope, id);
    this.configuration = configuration;
    this.topic = topic;
    Measures measures = new Measures(configuration);
    cameras(measures);
    delivery(measures);
    for (ProductFunction function : compute.functions()) {
      function(function);
    }
  }

  List<Alarm> alarms() {
    return List.copyOf(alarms);
  }

  private void cameras(Measures measures) {
    int silence = configuration.watch().silenceSeconds();
    // Nothing is worse than not to know: without the scheduler's word this alarm rings too.
    add(
        "camera-silent",
        "A camera that is switched on has shown no frame for " + silence + " s",
        measures.fleet("CamerasSilent", "Maximum"),
        1,
        3,
        TreatMissingData.BREACHING);
    add(
        "camera-failed",
        "A camera is in phase failed: its source gave up, it is tried again every minute",
        measures.fleet("CamerasFailed", "Maximum"),
        1,
        5,
        TreatMissingData.NOT_BREACHING);
    add(
        "camera-refused",
        "The settings of a camera are refused, so that it is not watched",
        measures.fleet("CamerasRefused", "Maximum"),
        1,
        5,
        TreatMissingData.NOT_BREACHING);
    add(
        "no-capacity",
        "ECS has no machine for a worker, or every cluster is full",
        Measures.together(
            "cameras without a machine",
            Measures.MINUTE,
            measures.of(Mappings.SCHEDULER, "NotPlaced", "Sum"),
            measures.of(Mappings.SCHEDULER, "NoRoom", "Sum")),
        1,
        5,
        TreatMissingData.NOT_BREACHING);
    add(
        "workers-restart",
        "Workers are started over and over",
        Measures.together(
            "tasks started",
            Duration.minutes(15),
            measures.of(Mappings.SCHEDULER, "Start", "Sum"),
            measures.of(Mappings.SCHEDULER, "StartTogether", "Sum")),
        20,
        1,
        TreatMissingData.NOT_BREACHING);
  }

  private void delivery(Measures measures) {
    add(
        "events-late",
        "From capture to event takes more than " + LATE_SECONDS + " s for one event in a hundred",
        measures
            .fleet("CaptureToEventSeconds", "p99")
            .with(MetricOptions.builder().period(Duration.minutes(5)).build()),
        LATE_SECONDS,
        3,
        TreatMissingData.NOT_BREACHING);
    add(
        "gaps",
        "More than a minute of media was not seen within 15 minutes",
        measures
            .fleet("GapSeconds", "Sum")
            .with(MetricOptions.builder().period(Duration.minutes(15)).build()),
        60,
        1,
        TreatMissingData.NOT_BREACHING);
    add(
        "spool-grows",
        "Events wait on a worker's disk: Kinesis or S3 does not take them",
        measures.fleet("SpoolBytes", "Maximum"),
        SPOOL_BYTES,
        5,
        TreatMissingData.NOT_BREACHING);
    add(
        "events-dropped",
        "A full spool gave events up",
        measures.fleet("SpoolDropped", "Sum"),
        1,
        1,
        TreatMissingData.NOT_BREACHING);
    add(
        "records-poisoned",
        "Records of the event stream could not be stored and were set aside",
        measures.of(Mappings.EVENTS, "RecordsPoisoned", "Sum"),
        1,
        1,
        TreatMissingData.NOT_BREACHING);
    add(
        "alerts-failed",
        "Incidents could not be told to SNS",
        measures.of(Mappings.ALERTS, "AlertsFailed", "Sum"),
        1,
        3,
        TreatMissingData.NOT_BREACHING);
  }

  private void function(ProductFunction function) {
    String name = function.name();
    MetricOptions sum = MetricOptions.builder().period(Measures.MINUTE).statistic("Sum").build();
    if (name.equals(Mappings.SCHEDULER)) {
      add(
          "scheduler-not-running",
          "The scheduler was not called for five minutes: nothing is started or replaced",
          function
              .function()
              .metricInvocations(
                  MetricOptions.builder().period(Duration.minutes(5)).statistic("Sum").build()),
          1,
          1,
          TreatMissingData.BREACHING,
          ComparisonOperator.LESS_THAN_THRESHOLD);
    }
    add(
        "function-errors-" + name,
        "Calls of the function " + name + " fail",
        function.function().metricErrors(sum),
        1,
        3,
        TreatMissingData.NOT_BREACHING);
    add(
        "function-throttled-" + name,
        "The account's Lambda concurrency is used up",
        function.function().metricThrottles(sum),
        5,
        5,
        TreatMissingData.NOT_BREACHING);
    add(
        "calls-given-up-" + name,
        "Calls of the function " + name + " were given up and wait in its queue",
        function
            .givenUp()
            .metricApproximateNumberOfMessagesVisible(
                MetricOptions.builder().period(Measures.MINUTE).statistic("Maximum").build()),
        1,
        1,
        TreatMissingData.NOT_BREACHING);
    if (!name.equals(Mappings.SCHEDULER)) {
      add(
          "records-wait-" + name,
          "Records wait for the function " + name + " for more than a minute",
          function
              .function()
              .metric(
                  "IteratorAge",
                  MetricOptions.builder().period(Measures.MINUTE).statistic("Maximum").build()),
          ITERATOR_AGE_MS,
          5,
          TreatMissingData.NOT_BREACHING);
    }
    for (CfnEventSourceMapping mapping : function.mappings()) {
      add(
          "batches-given-up-" + name,
          "A batch for the function " + name + " was given up; the bucket has it described",
          Measures.together(
              "records given up",
              Measures.MINUTE,
              ofMapping(mapping, "OnFailureDestinationDeliveredEventCount"),
              // Given up, and even their description could not be kept.
              ofMapping(mapping, "DroppedEventCount")),
          1,
          1,
          TreatMissingData.NOT_BREACHING);
    }
  }

  private static Metric ofMapping(CfnEventSourceMapping mapping, String name) {
    return Metric.Builder.create()
        .namespace("AWS/Lambda")
        .metricName(name)
        .dimensionsMap(Map.of("EventSourceMappingUUID", mapping.getRef()))
        .statistic("Sum")
        .period(Measures.MINUTE)
        .build();
  }

  private void add(
      String name,
      String text,
      IMetric metric,
      int threshold,
      int periods,
      TreatMissingData missing) {
    add(
        name,
        text,
        metric,
        threshold,
        periods,
        missing,
        ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD);
  }

  private void add(
      String name,
      String text,
      IMetric metric,
      int threshold,
      int periods,
      TreatMissingData missing,
      ComparisonOperator comparison) {
    Alarm alarm =
        Alarm.Builder.create(this, name)
            .alarmName(configuration.named(name))
            .alarmDescription(text + ". What to do: docs/operations.md, " + section(name))
            .metric(metric)
            .threshold(threshold)
            .evaluationPeriods(periods)
            .datapointsToAlarm(periods)
            .comparisonOperator(comparison)
            .treatMissingData(missing)
            .build();
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    alarms.add(alarm);
  }

  /** Alarms of the functions share a section. */
  private static String section(String name) {
    for (String function : List.of(Mappings.SCHEDULER, Mappings.EVENTS, Mappings.ALERTS)) {
      if (name.endsWith("-" + function)) {
        return name.substring(0, name.length() - function.length() - 1);
      }
    }
    return name;
  }
}
