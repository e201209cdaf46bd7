package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.PlateVotes;
import io.kvsinfer.contract.state.PlateVotes.Vote;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a camera's checkpoints back until every event decided before them has arrived, and sees to
 * it that an incident stands in the checkpoint before its opened event goes out: a successor that
 * reads the same fragments again then repeats the event under the same id. Thread-safe.
 */
final class CheckpointGate {
  private final Deque<Held> held = new ArrayDeque<>();
  private final Map<String, Minted> minted = new LinkedHashMap<>();
  private @Nullable Checkpoint saved;

  private record Held(long after, Checkpoint checkpoint) {}

  private record Minted(long ordinal, OpenIncident incident) {}

  /**
   * @param restored the checkpoint this worker started from, if there was one
   */
  CheckpointGate(@Nullable Checkpoint restored) {
    this.saved = restored;
  }

  /** Holds a checkpoint until the event of that ordinal has arrived. */
  synchronized void hold(long after, Checkpoint checkpoint) {
    if (!held.isEmpty() && held.getLast().after == after) {
      held.removeLast();
    }
    held.addLast(new Held(after, checkpoint));
  }

  /** Whether every checkpoint handed in has been given out. */
  synchronized boolean isEmpty() {
    return held.isEmpty();
  }

  /** The newest checkpoint whose events have all arrived; null when there is none. */
  synchronized @Nullable Checkpoint ready(long acknowledged) {
    Held newest = newest(acknowledged);
    if (newest == null) {
      return null;
    }
    return with(
        newest.checkpoint,
        minted.values().stream()
            .filter(m -> m.ordinal > newest.after)
            .map(Minted::incident)
            .toList());
  }

  /** The checkpoint that {@link #ready} gave was kept. */
  synchronized void saved(long acknowledged) {
    Held newest = newest(acknowledged);
    if (newest != null) {
      saved = newest.checkpoint;
      held.removeIf(h -> h.after <= newest.after);
      minted.values().removeIf(m -> m.ordinal <= newest.after);
    }
  }

  /**
   * The checkpoint to keep before these records go out: where the last one stands, with the
   * incidents they open. Null when they open none that it does not have.
   */
  synchronized @Nullable Checkpoint before(List<SpoolRecord> batch) {
    List<SpoolRecord> opening =
        batch.stream()
            .filter(r -> r.event().phase() == IncidentEvent.Phase.OPENED)
            .filter(r -> !minted.containsKey(r.event().incidentId()))
            .toList();
    if (opening.isEmpty()) {
      return null;
    }
    Checkpoint base = saved;
    if (base == null) {
      Instant start = opening.getFirst().event().startedAt().minusMillis(1);
      base = new Checkpoint(null, start, List.of());
    }
    Stream<OpenIncident> known = minted.values().stream().map(Minted::incident);
    Stream<OpenIncident> opened = opening.stream().map(r -> minted(r.event()));
    return with(base, Stream.concat(known, opened).toList());
  }

  /** The checkpoint that {@link #before} gave for these records was kept. */
  synchronized void minted(List<SpoolRecord> batch) {
    for (SpoolRecord record : batch) {
      IncidentEvent event = record.event();
      if (event.phase() == IncidentEvent.Phase.OPENED) {
        minted.putIfAbsent(event.incidentId(), new Minted(record.ordinal(), minted(event)));
      }
    }
  }

  /** An incident whose opened event is not known to have arrived. */
  static OpenIncident minted(IncidentEvent event) {
    IncidentEvent.Plate plate = event.plate();
    return new OpenIncident(
        event.incidentId(),
        event.detector(),
        event.type(),
        event.label(),
        0,
        event.startedAt(),
        event.capturedAt(),
        event.box(),
        event.confidence(),
        plate == null ? null : plate.text(),
        event.confidence() * event.box().area(),
        event.capturedAt(),
        votes(plate),
        event.frame());
  }

  /** So that the opened event is repeated with the plate it had. */
  private static @Nullable PlateVotes votes(IncidentEvent.@Nullable Plate plate) {
    if (plate == null) {
      return null;
    }
    List<Double> confidences = Collections.nCopies(plate.text().length(), plate.confidence());
    return new PlateVotes(plate.reads(), List.of(new Vote(plate.text(), confidences, 1)));
  }

  private @Nullable Held newest(long acknowledged) {
    Held newest = null;
    for (Held candidate : held) {
      if (candidate.after <= acknowledged) {
        newest = candidate;
      }
    }
    return newest;
  }

  private static Checkpoint with(Checkpoint checkpoint, List<OpenIncident> more) {
    List<OpenIncident> open = new ArrayList<>(checkpoint.openIncidents());
    for (OpenIncident incident : more) {
      if (open.stream().noneMatch(o -> o.incidentId().equals(incident.incidentId()))) {
        open.add(incident);
      }
    }
    return checkpoint.with(open);
  }
}
