package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one camera's events on a thread of its own: spool first, then pictures to S3, then
 * records to Kinesis, at most one batch on its way at a time; checkpoints follow what has arrived.
 * While a destination is away everything waits in the spool. Thread-safe.
 */
public final class Publisher implements AutoCloseable {
  private final String cameraId;
  private final Spool spool;
  private final CheckpointGate gate;
  private final @Nullable EventJournal journal;
  private final List<OpenIncident> recovered;
  private final PublishSignals signals = new PublishSignals();
  private final PublishingThread thread;

  /**
   * Opens the camera's spool and starts publishing what it may hold from an earlier run, as soon as
   * {@code mayPublish} allows.
   *
   * @param folder of this camera's spool; one process at a time uses it
   * @param restored checkpoint this worker goes on from; null when there is none
   * @param mayPublish whether this worker holds the camera's lease now; asked before every call to
   *     AWS, from this publisher's thread
   * @param journal null = none is kept
   */
  public Publisher(
      String cameraId,
      Path folder,
      PublishLimits limits,
      Destinations destinations,
      @Nullable Checkpoint restored,
      CheckpointSink checkpoints,
      BooleanSupplier mayPublish,
      @Nullable EventJournal journal,
      PublishMetrics metrics,
      InstantSource clock)
      throws IOException {
    this.cameraId = cameraId;
    this.journal = journal;
    this.gate = new CheckpointGate(restored);
    this.spool = Spool.open(folder, limits.spoolBytes());
    this.recovered = recovered(spool);
    Delivery delivery = new Delivery(destinations, clock, metrics::published);
    this.thread =
        new PublishingThread(
            cameraId, spool, gate, delivery, checkpoints, mayPublish, metrics, limits, signals);
    thread.start();
  }

  /**
   * Incidents whose opened event an earlier run left in the spool, and which did not close there.
   * To be restored together with the checkpoint's, which may not have them.
   */
  public List<OpenIncident> recovered() {
    return recovered;
  }

  /**
   * Takes events in the order in which they are to be published. On return they are in the journal
   * and on disk.
   *
   * @throws UncheckedIOException when the disk does not take them; the caller starts again from the
   *     last checkpoint
   */
  public void submit(List<OutgoingEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    EventJournal j = journal;
    if (j != null) {
      events.forEach(j::append);
    }
    try {
      spool.append(events);
    } catch (IOException e) {
      throw new UncheckedIOException("the spool of camera " + cameraId + " takes no events", e);
    }
    thread.changed();
  }

  /**
   * Hands in how far the camera was watched. It is kept once everything submitted before has
   * arrived, and then at most every few seconds unless an event arrived since.
   */
  public void checkpoint(Checkpoint checkpoint) {
    gate.hold(spool.lastOrdinal(), checkpoint);
    thread.changed();
  }

  /**
   * This worker has taken the camera's lease: announces it on the stream before any other record,
   * and stamps every event with it from now on.
   */
  public void publishLease(LeaseRecord lease) {
    signals.take(lease);
  }

  /**
   * The lease is lost: nothing more goes out until {@link #publishLease}; what waits stays in the
   * spool.
   */
  public void stopPublishing() {
    signals.hold();
  }

  /**
   * Waits until everything submitted has arrived and the last checkpoint is kept.
   *
   * @return false when that was not so within {@code deadline}, or the lease was lost
   */
  public boolean flush(Duration deadline) throws InterruptedException {
    return thread.flush(deadline);
  }

  /** What keeps events from arriving just now, in one sentence; empty when nothing does. */
  public Optional<String> trouble() {
    return signals.trouble();
  }

  /** Stops publishing; what waits stays in the spool. */
  @Override
  public void close() throws IOException {
    thread.close();
    spool.close();
  }

  private static List<OpenIncident> recovered(Spool spool) throws IOException {
    Map<String, OpenIncident> open = new LinkedHashMap<>();
    for (IncidentEvent event : spool.pending()) {
      switch (event.phase()) {
        case OPENED -> open.put(event.incidentId(), CheckpointGate.minted(event));
        case CLOSED -> open.remove(event.incidentId());
        case UPDATED -> {
          // Its opened event says all that a successor must know.
        }
      }
    }
    return List.copyOf(open.values());
  }
}
