package io.kvsinfer.functions.events;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.state.Fence;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.CameraStateTable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fences of the cameras in one batch: those of the table, raised by the lease records of the
 * batch, and written once everything before those is stored.
 */
final class Fences {
  private static final Logger LOG = LoggerFactory.getLogger(Fences.class);

  private final CameraStateTable states;
  private final Map<String, Fence> known;
  private final Set<String> unread;
  private final List<Raised> raised = new ArrayList<>();

  private record Raised(int index, String cameraId, Fence fence) {}

  private Fences(CameraStateTable states, Map<String, Fence> known, Set<String> unread) {
    this.states = states;
    this.known = new HashMap<>(known);
    this.unread = unread;
  }

  /**
   * Reads those of the table. A fence that is none holds nobody up: the camera goes unfenced until
   * its next lease record.
   */
  static Fences read(CameraStateTable states, Set<String> cameraIds, Counters counters) {
    CameraStateTable.FoundFences found = states.fences(cameraIds);
    found
        .unreadable()
        .forEach((cameraId, reason) -> {
          LOG.error("camera {}: its fence cannot be read and does not count: {}", cameraId, reason);
          counters.add("FencesUnreadable", 1);
        });
    return new Fences(states, found.fences(), found.unread());
  }

  /** Whether the table has not said what fence that camera has; its records are to wait then. */
  boolean unread(String cameraId) {
    return unread.contains(cameraId);
  }

  /** Whether a record comes from a worker that had lost its lease when it published. */
  boolean fences(IncidentEvent event, String sequenceNumber) {
    Long generation = event.generation();
    Fence fence = known.get(event.cameraId());
    return fence != null
        && generation != null
        && generation < fence.generation()
        && new BigInteger(sequenceNumber).compareTo(new BigInteger(fence.sequenceNumber())) > 0;
  }

  /**
   * Takes note of a lease record; one of an older generation changes nothing.
   *
   * @param index in the batch
   */
  void see(int index, LeaseRecord lease, String sequenceNumber) {
    Fence fence = known.get(lease.cameraId());
    if (fence == null || lease.generation() > fence.generation()) {
      Fence next = new Fence(lease.generation(), sequenceNumber);
      known.put(lease.cameraId(), next);
      raised.add(new Raised(index, lease.cameraId(), next));
    }
  }

  /** Writes what was raised by the records before that index, everything before them is stored. */
  void store(int before) {
    Map<String, Fence> newest = new LinkedHashMap<>();
    raised.stream().filter(r -> r.index < before).forEach(r -> newest.put(r.cameraId, r.fence));
    newest.forEach(states::putFence);
  }
}
