package io.kvsinfer.faults;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.event.IncidentId;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.store.MediaKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a camera recorded: numbered fragments of one second and what really happened in them. Who
 * reads it twice sees the same, as with the fragments that KVS keeps.
 *
 * @param fragments numbered from 1
 */
record Footage(String camera, int fragments, List<Real> real) {
  private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");

  /** Something that happened: seen first, shown better, gone, in these fragments. */
  record Real(int ordinal, int opened, int updated, int closed) {}

  /** Footage in which something goes on nearly always; the same for the same camera. */
  static Footage of(String camera, int fragments) {
    Random random = new Random(camera.hashCode());
    List<Real> real = new ArrayList<>();
    int at = 1 + random.nextInt(3);
    while (at + 6 < fragments) {
      int updated = at + 1 + random.nextInt(3);
      real.add(new Real(real.size(), at, updated, updated + 1 + random.nextInt(3)));
      at += 2 + random.nextInt(3);
    }
    return new Footage(camera, fragments, List.copyOf(real));
  }

  /** The events that a fragment gives, in their order. */
  List<IncidentEvent> events(int fragment, String bucket) {
    return real.stream()
        .flatMap(r ->
            Stream.of(
                r.opened == fragment ? event(r, Phase.OPENED, bucket) : null,
                r.updated == fragment ? event(r, Phase.UPDATED, bucket) : null,
                r.closed == fragment ? event(r, Phase.CLOSED, bucket) : null))
        .filter(e -> e != null)
        .toList();
  }

  /** Whether a worker that stands there has seen all of it. */
  boolean endsAt(@Nullable Checkpoint checkpoint) {
    return checkpoint != null && Integer.toString(fragments).equals(checkpoint.fragmentNumber());
  }

  /** Everything that must arrive. */
  List<IncidentEvent> events(String bucket) {
    List<IncidentEvent> all = new ArrayList<>();
    for (int fragment = 1; fragment <= fragments; fragment++) {
      all.addAll(events(fragment, bucket));
    }
    return all;
  }

  /** Where a worker stands after a fragment. */
  Checkpoint checkpoint(int fragment, String bucket) {
    List<OpenIncident> open =
        real.stream()
            .filter(r -> r.opened <= fragment && fragment < r.closed)
            .map(r -> {
              IncidentEvent event = event(r, Phase.OPENED, bucket);
              return new OpenIncident(
                  event.incidentId(),
                  event.detector(),
                  event.type(),
                  event.label(),
                  r.updated <= fragment ? 2 : 1,
                  event.startedAt(),
                  at(fragment),
                  event.box(),
                  event.confidence(),
                  null);
            })
            .toList();
    return new Checkpoint(Integer.toString(fragment), at(fragment), open);
  }

  private IncidentEvent event(Real r, Phase phase, String bucket) {
    int sequence =
        switch (phase) {
          case OPENED -> 0;
          case UPDATED -> 1;
          case CLOSED -> 2;
        };
    int fragment =
        switch (phase) {
          case OPENED -> r.opened;
          case UPDATED -> r.updated;
          case CLOSED -> r.closed;
        };
    String id =
        IncidentId.of(
            camera, "fire_smoke", "fire", Integer.toString(r.opened), START, 0, r.ordinal);
    S3Object picture =
        phase == Phase.CLOSED
            ? null
            : new S3Object(
                bucket,
                MediaKeys.picture(camera, at(fragment), id, sequence, MediaKeys.Picture.SNAPSHOT));
    return new IncidentEvent(
        id + "-" + sequence,
        id,
        phase,
        sequence,
        camera,
        null,
        "fire_smoke",
        "fire_smoke",
        "fire",
        0.5 + sequence * 0.1,
        new Box(0.1, 0.1, 0.2, 0.2),
        new FrameSize(640, 360),
        List.of(),
        (long) r.ordinal,
        null,
        at(r.opened),
        at(fragment),
        null,
        Instant.now(),
        null,
        phase == Phase.CLOSED ? at(fragment) : null,
        Integer.toString(fragment),
        0L,
        picture,
        null,
        null,
        List.of(),
        "0123456789ab",
        null,
        null,
        false,
        Map.of());
  }

  private static Instant at(int fragment) {
    return START.plusSeconds(fragment);
  }
}
