package io.kvsinfer.functions.events;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.functions.calls.Samples;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import io.kvsinfer.store.UnreadableItemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Stores batches of the event stream: sorts the records, then writes events, incidents, archive and
 * fences, each for the whole batch. Everything may be repeated: the same batch leaves the same
 * tables and objects. Where something fails, what stands before it in the batch is stored and
 * archived, and the batch is given back from there; what of the rest is stored already is stored
 * again then.
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
    this.events = new EventTable(dynamo, environment.eventsTable(), environment.retentionByKind());
    this.incidents =
        new IncidentTable(dynamo, environment.incidentsTable(), environment.retentionByKind());
    this.states = new CameraStateTable(dynamo, environment.stateTable());
    this.keeper = new Keeper(s3, environment.mediaBucket());
    this.counters = counters;
  }

  /** A batch on its way. */
  private static final class Progress {
    private final List<Keeper.Line> lines = new ArrayList<>();
    private int done;

    Progress(int size) {
      this.done = size;
    }

    /** The record at that index, and so all after it, is to come again. */
    void failed(int index) {
      done = Math.min(done, index);
    }

    List<IncidentEvent> events() {
      return lines.stream().map(Keeper.Line::event).toList();
    }
  }

  /**
   * Goes through what a batch needs first without storing anything: an event read and written, and
   * a fence asked for. A table that does not answer costs the speed of the first batch, no more.
   */
  public void prime() {
    EventCodec.write(Samples.event());
    try {
      states.fences(Set.of(Samples.NOBODY));
    } catch (SdkException e) {
      LOG.warn("not primed: {}", e.getMessage());
    }
  }

  /** {@link #store(List, BooleanSupplier)} with all the time it takes. */
  public Optional<String> store(List<StreamInput> batch) {
    return store(batch, () -> true);
  }

  /**
   * Stores a batch of one shard.
   *
   * @param mayBegin whether there is time for another call; what is left then is to come again
   * @return sequence number of the first record that is to come again; empty when all is stored
   */
  public Optional<String> store(List<StreamInput> batch, BooleanSupplier mayBegin) {
    Progress progress = new Progress(batch.size());
    List<Decoded> records = batch.stream().map(Decoded::of).toList();
    Optional<Fences> read = readFences(records, mayBegin);
    if (read.isEmpty()) {
      return Optional.of(batch.getFirst().sequenceNumber());
    }
    Fences fences = read.get();
    sort(batch, records, fences, progress, mayBegin);
    writeEvents(progress, mayBegin);
    mergeIncidents(progress, mayBegin);
    finish(fences, progress, mayBegin);
    if (progress.done == batch.size()) {
      return Optional.empty();
    }
    return Optional.of(batch.get(progress.done).sequenceNumber());
  }

  /** Counts a batch of which something is left when its invocation ends. */
  public void givenBack() {
    counters.add("BatchesGivenBack", 1);
  }

  /** Archives what is stored, and raises the fences behind which nothing is missing. */
  private void finish(Fences fences, Progress progress, BooleanSupplier mayBegin) {
    if (!mayBegin.getAsBoolean()) {
      LOG.warn("the whole batch is to come again: no time left to archive it");
      progress.failed(0);
      return;
    }
    try {
      List<Keeper.Line> stored =
          progress.lines.stream().filter(line -> line.index() < progress.done).toList();
      counters.add("ArchiveObjects", keeper.archive(stored));
      fences.store(progress.done);
    } catch (SdkException e) {
      LOG.error("the whole batch is to come again: archive or fence not written", e);
      progress.failed(0);
    }
  }

  /** Fences of all cameras of a batch; empty when it has to wait for them. */
  private Optional<Fences> readFences(List<Decoded> records, BooleanSupplier mayBegin) {
    Set<String> cameraIds =
        records.stream().flatMap(r -> r.cameraId().stream()).collect(Collectors.toSet());
    if (!cameraIds.isEmpty() && !mayBegin.getAsBoolean()) {
      LOG.warn("the whole batch is to come again: no time left to read its fences");
      return Optional.empty();
    }
    try {
      return Optional.of(Fences.read(states, cameraIds, counters));
    } catch (SdkException e) {
      LOG.error("the whole batch is to come again: its fences are not read", e);
      return Optional.empty();
    }
  }

  /** Puts aside what is not to be stored and finds the lines that are, up to the first failure. */
  private void sort(
      List<StreamInput> batch,
      List<Decoded> records,
      Fences fences,
      Progress progress,
      BooleanSupplier mayBegin) {
    for (int i = 0; i < batch.size(); i++) {
      StreamInput input = batch.get(i);
      Decoded decoded = records.get(i);
      if (decoded.cameraId().filter(fences::unread).isPresent()) {
        LOG.warn("record {} is to come again: its fence is throttled", input.sequenceNumber());
        progress.failed(i);
        return;
      }
      if (!mayBegin.getAsBoolean()) {
        LOG.warn("record {} is to come again: no time left", input.sequenceNumber());
        progress.failed(i);
        return;
      }
      try {
        switch (decoded) {
          case Decoded.Poison(String reason) -> poison(input, reason);
          case Decoded.Lease(var lease) -> {
            fences.see(i, lease, input.sequenceNumber());
            counters.add("LeaseRecords", 1);
          }
          case Decoded.Event(IncidentEvent event) -> {
            if (fences.fences(event, input.sequenceNumber())) {
              fence(input, event);
            } else {
              progress.lines.add(new Keeper.Line(i, event, input));
            }
          }
        }
      } catch (SdkException e) {
        LOG.error("record {} is to come again", input.sequenceNumber(), e);
        progress.failed(i);
        return;
      }
    }
  }

  private void writeEvents(Progress progress, BooleanSupplier mayBegin) {
    Set<IncidentEvent> left;
    if (!mayBegin.getAsBoolean()) {
      progress.lines.forEach(line -> progress.failed(line.index()));
      return;
    }
    try {
      left = new HashSet<>(events.putAll(progress.events()));
    } catch (SdkException e) {
      if (!(e instanceof AwsServiceException refusal && refusesItem(refusal))) {
        LOG.error("events are to come again", e);
        progress.lines.forEach(line -> progress.failed(line.index()));
        return;
      }
      // One item spoils its whole call: each by itself tells which.
      writeEachEvent(progress, mayBegin);
      return;
    }
    for (Keeper.Line line : progress.lines) {
      if (left.contains(line.event())) {
        LOG.warn("record {} is to come again: throttled", line.input().sequenceNumber());
        progress.failed(line.index());
      }
    }
  }

  private void writeEachEvent(Progress progress, BooleanSupplier mayBegin) {
    for (Keeper.Line line : List.copyOf(progress.lines)) {
      if (!mayBegin.getAsBoolean()) {
        progress.failed(line.index());
        continue;
      }
      try {
        events.put(line.event());
      } catch (AwsServiceException e) {
        if (refusesItem(e)) {
          // Refused for its size: it would be refused every time.
          setAside(progress, line, "not storable: " + details(e));
        } else {
          failed(progress, line, e);
        }
      } catch (SdkException e) {
        failed(progress, line, e);
      }
    }
  }

  private void mergeIncidents(Progress progress, BooleanSupplier mayBegin) {
    var merged = incidents.mergeAll(progress.events(), mayBegin);
    int failures = 0;
    // One reason may hold for many incidents: it is logged in full once.
    merged.failed().values().stream()
        .distinct()
        .filter(reason -> !(reason instanceof UnreadableItemException))
        .forEach(reason -> LOG.error("incidents are not merged", reason));
    for (Keeper.Line line : List.copyOf(progress.lines)) {
      RuntimeException failure = merged.failed().get(line.event().incidentId());
      // Either would fail every time and hold up the cameras behind it.
      if (failure instanceof UnreadableItemException) {
        setAside(progress, line, "incident_id: the row of this incident cannot be read");
      } else if (failure instanceof AwsServiceException refusal && refusesItem(refusal)) {
        setAside(progress, line, "not storable in its incident: " + details(refusal));
      } else if (failure != null) {
        LOG.warn("record {} is to come again", line.input().sequenceNumber());
        progress.failed(line.index());
        failures++;
      }
    }
    int stored = progress.lines.size() - failures - merged.repeated();
    if (stored > 0) {
      counters.add("EventsStored", stored);
    }
    if (merged.repeated() > 0) {
      counters.add("EventsRepeated", merged.repeated());
    }
  }

  private void setAside(Progress progress, Keeper.Line line, String reason) {
    try {
      poison(line.input(), reason);
      progress.lines.remove(line);
    } catch (SdkException e) {
      failed(progress, line, e);
    }
  }

  private static void failed(Progress progress, Keeper.Line line, Exception e) {
    LOG.error("record {} is to come again", line.input().sequenceNumber(), e);
    progress.failed(line.index());
  }

  private void fence(StreamInput input, IncidentEvent event) {
    keeper.fenced(input, event);
    counters.add("EventsFenced", 1);
    LOG.warn(
        "camera {}: event {} of generation {} is fenced",
        event.cameraId(),
        event.eventId(),
        event.generation());
  }

  private void poison(StreamInput input, String reason) {
    keeper.poison(input, reason);
    counters.add("RecordsPoisoned", 1);
    LOG.warn("record {} is set aside: {}", input.sequenceNumber(), reason);
  }

  private static boolean refusesItem(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details != null
        && "ValidationException".equals(details.errorCode())
        && String.valueOf(details.errorMessage()).contains("Item size");
  }

  private static String details(AwsServiceException e) {
    return String.valueOf(e.awsErrorDetails().errorMessage());
  }
}
