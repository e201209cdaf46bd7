package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.store.EventTable;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Brings records to S3, then to Kinesis (and the events table, where a worker writes that itself).
 * What an attempt did not get through, the next one takes up. Not thread-safe.
 */
final class Delivery {
  private final Destinations destinations;
  private final InstantSource clock;
  private final BiConsumer<IncidentEvent, Instant> published;

  Delivery(
      Destinations destinations,
      InstantSource clock,
      BiConsumer<IncidentEvent, Instant> published) {
    this.destinations = destinations;
    this.clock = clock;
    this.published = published;
  }

  /** Records on their way: what of them has arrived so far. */
  static final class Batch {
    private final List<SpoolRecord> records;
    private final List<Picture> pictures = new ArrayList<>();
    private List<SpoolRecord> unsent;

    Batch(List<SpoolRecord> records) {
      this.records = List.copyOf(records);
      this.unsent = this.records;
      records.forEach(r -> pictures.addAll(r.outgoing().pictures()));
    }

    List<SpoolRecord> records() {
      return records;
    }

    boolean done() {
      return pictures.isEmpty() && unsent.isEmpty();
    }

    long lastOrdinal() {
      return records.getLast().ordinal();
    }
  }

  /**
   * Takes the batch a step on: one picture, or all its records at once.
   *
   * @param lease what the events are stamped with; null without leases
   * @throws PartialFailureException when Kinesis took only some; those it took are not sent again
   */
  void step(Batch batch, @Nullable LeaseRecord lease) throws PartialFailureException {
    if (!batch.pictures.isEmpty()) {
      store(batch.pictures.getFirst());
      batch.pictures.removeFirst();
      return;
    }
    send(batch, lease);
  }

  /** Puts the first record after taking a lease on the stream. */
  void announce(LeaseRecord lease) {
    KinesisClient kinesis = destinations.kinesis();
    if (kinesis != null) {
      kinesis.putRecord(r ->
          r.streamName(destinations.stream())
              .partitionKey(lease.cameraId())
              .data(SdkBytes.fromByteArray(EventCodec.write(lease))));
    }
  }

  private void store(Picture picture) {
    S3Client s3 = destinations.s3();
    if (s3 != null) {
      s3.putObject(
          r ->
              r.bucket(picture.object().bucket())
                  .key(picture.object().key())
                  .contentType("image/jpeg"),
          RequestBody.fromBytes(picture.jpeg()));
    }
  }

  private void send(Batch batch, @Nullable LeaseRecord lease) throws PartialFailureException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<IncidentEvent> events =
        batch.unsent.stream().map(r -> r.event().stamped(lease, now)).toList();
    EventTable table = destinations.table();
    if (table != null) {
      events.forEach(table::put);
    }
    KinesisClient kinesis = destinations.kinesis();
    if (kinesis == null) {
      events.forEach(e -> published.accept(e, now));
      batch.unsent = List.of();
      return;
    }
    PutRecordsResponse response =
        kinesis.putRecords(r ->
            r.streamName(destinations.stream())
                .records(events.stream().map(Delivery::entry).toList()));
    List<SpoolRecord> failed = new ArrayList<>();
    String reason = "";
    for (int i = 0; i < events.size(); i++) {
      PutRecordsResultEntry result = response.records().get(i);
      if (result.errorCode() == null) {
        published.accept(events.get(i), now);
      } else {
        failed.add(batch.unsent.get(i));
        reason = result.errorCode();
      }
    }
    int sent = batch.unsent.size();
    batch.unsent = List.copyOf(failed);
    if (!failed.isEmpty()) {
      throw new PartialFailureException(failed.size(), sent, reason);
    }
  }

  private static PutRecordsRequestEntry entry(StreamRecord record) {
    return PutRecordsRequestEntry.builder()
        .partitionKey(record.cameraId())
        .data(SdkBytes.fromByteArray(EventCodec.write(record)))
        .build();
  }

  /** Kinesis took some records and refused others. */
  static final class PartialFailureException extends Exception {
    private static final long serialVersionUID = 1L;

    PartialFailureException(int failed, int sent, String reason) {
      super("%d of %d records were not taken: %s".formatted(failed, sent, reason));
    }
  }
}
