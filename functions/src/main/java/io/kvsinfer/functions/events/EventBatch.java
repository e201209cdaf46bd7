package io.kvsinfer.functions.events;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Stores batches of the event stream. Everything may be repeated: the same batch leaves the same
 * tables and objects. Where something fails, what stands before it in the batch is stored and
 * archived, and the batch is given back from there.
 */
public final class EventBatch {
  private static final Logger LOG = LoggerFactory.getLogger(EventBatch.class);

  private final EventTable events;
  private final IncidentTable incidents;
  private final CameraStateTable states;
  private final Keeper keeper;
  private final Counters counters;

  public EventBatch(
      DynamoDbClient dynamo, S3Client s3, Environment environment, Counters counters) {
    this.events = new EventTable(dynamo, environment.eventsTable(), environment.retention());
    this.incidents =
        new IncidentTable(dynamo, environment.incidentsTable(), environment.retention());
    this.states = new CameraStateTable(dynamo, environment.stateTable());
    this.keeper = new Keeper(s3, environment.mediaBucket());
    this.counters = counters;
  }

  /**
   * Stores a batch of one shard.
   *
   * @return sequence number of the first record that is to come again; empty when all is stored
   */
  public Optional<String> store(List<StreamInput> batch) {
    Fences fences = new Fences(states);
    List<Keeper.Line> lines = new ArrayList<>();
    String failed = null;
    for (StreamInput input : batch) {
      try {
        store(input, fences, lines);
      } catch (SdkException | IllegalStateException e) {
        LOG.error("record {} is to come again", input.sequenceNumber(), e);
        failed = input.sequenceNumber();
        break;
      }
    }
    try {
      counters.add("ArchiveObjects", keeper.archive(lines));
      fences.store();
    } catch (SdkException e) {
      LOG.error("the whole batch is to come again: archive or fence not written", e);
      failed = batch.getFirst().sequenceNumber();
    }
    if (failed != null) {
      counters.add("BatchesGivenBack", 1);
    }
    return Optional.ofNullable(failed);
  }

  private void store(StreamInput input, Fences fences, List<Keeper.Line> lines) {
    switch (Decoded.of(input)) {
      case Decoded.Poison(String reason) -> poison(input, reason);
      case Decoded.Lease(var lease) -> {
        fences.see(lease, input.sequenceNumber());
        counters.add("LeaseRecords", 1);
      }
      case Decoded.Event(IncidentEvent event) -> {
        if (fences.fences(event, input.sequenceNumber())) {
          keeper.fenced(input, event);
          counters.add("EventsFenced", 1);
          LOG.warn(
              "camera {}: event {} of generation {} is fenced",
              event.cameraId(),
              event.eventId(),
              event.generation());
        } else {
          write(input, event, lines);
        }
      }
    }
  }

  private void write(StreamInput input, IncidentEvent event, List<Keeper.Line> lines) {
    try {
      boolean fresh = events.put(event);
      incidents.merge(event);
      counters.add(fresh ? "EventsStored" : "EventsRepeated", 1);
      lines.add(new Keeper.Line(event, input));
    } catch (AwsServiceException e) {
      // Refused for its size: it would be refused every time.
      AwsErrorDetails details = e.awsErrorDetails();
      if (details == null
          || !"ValidationException".equals(details.errorCode())
          || !String.valueOf(details.errorMessage()).contains("Item size")) {
        throw e;
      }
      poison(input, "not storable: " + details.errorMessage());
    }
  }

  private void poison(StreamInput input, String reason) {
    keeper.poison(input, reason);
    counters.add("RecordsPoisoned", 1);
    LOG.warn("record {} is set aside: {}", input.sequenceNumber(), reason);
  }
}
