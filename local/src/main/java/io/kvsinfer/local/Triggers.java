package io.kvsinfer.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.local.lambda.LambdaFunction;
import io.kvsinfer.local.mapping.AsyncInvocations;
import io.kvsinfer.local.mapping.EventSource;
import io.kvsinfer.local.mapping.FailureDestination;
import io.kvsinfer.local.mapping.RecordStream;
import io.kvsinfer.local.mapping.Schedule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What calls the functions, as in the cloud: the mappings of the contract, the minute schedule, and
 * ECS's task state changes for the scheduler.
 */
final class Triggers implements AutoCloseable {
  private static final Duration SCHEDULE = Duration.ofMinutes(1);

  private final Opened opened = new Opened();
  private final List<EventSource> sources = new ArrayList<>();
  private final AsyncInvocations taskChanges;

  /**
   * Starts all of them.
   *
   * @param functions by logical name
   * @param eventsStream the Kinesis stream of events
   * @param tableStream stream of a table
   * @param bucket takes batches that were given up
   */
  Triggers(
      Function<String, LambdaFunction> functions,
      RecordStream eventsStream,
      Function<TableDefinition, RecordStream> tableStream,
      S3Client s3,
      String bucket,
      String region) {
    InstantSource clock = InstantSource.system();
    for (EventSourceMapping mapping : Mappings.ALL) {
      RecordStream stream =
          switch (mapping.source()) {
            case EVENTS_STREAM -> eventsStream;
            case CAMERAS_TABLE_STREAM -> tableStream.apply(Tables.CAMERAS);
            case INCIDENTS_TABLE_STREAM -> tableStream.apply(Tables.INCIDENTS);
          };
      sources.add(
          opened.add(
              EventSource.start(
                  mapping,
                  stream,
                  functions.apply(mapping.function()),
                  FailureDestination.s3(s3, bucket, mapping.function(), clock),
                  clock)));
    }
    LambdaFunction scheduler = functions.apply(Mappings.SCHEDULER);
    taskChanges = opened.add(AsyncInvocations.start(scheduler));
    opened.add(Schedule.start(scheduler, region, SCHEDULE, clock));
  }

  /** ECS says that a task's state changed. */
  void taskChanged(JsonNode event) {
    taskChanges.accept(event);
  }

  /** Records handed to a function more than once. */
  long recordsRedelivered() {
    return sources.stream().mapToLong(EventSource::recordsRedelivered).sum();
  }

  /** Records a function never took. */
  long recordsGivenUp() {
    return sources.stream().mapToLong(EventSource::recordsGivenUp).sum();
  }

  /** Waits until the functions have taken everything there is; false when that takes too long. */
  boolean awaitDrained(Duration limit) throws InterruptedException {
    boolean drained = true;
    for (EventSource source : sources) {
      drained &= source.awaitDrained(limit);
    }
    return drained;
  }

  @Override
  public void close() {
    opened.close();
  }
}
