package io.kvsinfer.functions.events;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.state.Fence;
import io.kvsinfer.store.CameraStateTable;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fences of the cameras in one batch: those of the table, raised by the lease records of the
 * batch, and written once everything before those is stored.
 */
final class Fences {
  private final CameraStateTable states;
  private final Map<String, @Nullable Fence> known = new HashMap<>();
  private final Map<String, Fence> raised = new LinkedHashMap<>();

  Fences(CameraStateTable states) {
    this.states = states;
  }

  /** Whether a record comes from a worker that had lost its lease when it published. */
  boolean fences(IncidentEvent event, String sequenceNumber) {
    Long generation = event.generation();
    Fence fence = fence(event.cameraId());
    return fence != null
        && generation != null
        && generation < fence.generation()
        && new BigInteger(sequenceNumber).compareTo(new BigInteger(fence.sequenceNumber())) > 0;
  }

  /** Takes note of a lease record; one of an older generation changes nothing. */
  void see(LeaseRecord lease, String sequenceNumber) {
    Fence fence = fence(lease.cameraId());
    if (fence == null || lease.generation() > fence.generation()) {
      Fence next = new Fence(lease.generation(), sequenceNumber);
      known.put(lease.cameraId(), next);
      raised.put(lease.cameraId(), next);
    }
  }

  /** Writes what was raised. */
  void store() {
    raised.forEach(states::putFence);
  }

  private @Nullable Fence fence(String cameraId) {
    if (!known.containsKey(cameraId)) {
      known.put(cameraId, states.fence(cameraId).orElse(null));
    }
    return known.get(cameraId);
  }
}
