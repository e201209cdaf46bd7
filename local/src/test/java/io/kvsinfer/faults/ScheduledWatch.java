package io.kvsinfer.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A camera as an operator writes it: whoever watches it, the scheduler has started. */
final class ScheduledWatch extends Watch {
  private static final long LOOK_MS = 100;

  private final ControlPlane plane;
  private final CameraTable cameras;

  ScheduledWatch(Run run, Footage footage, ControlPlane plane) {
    super(run, footage);
    this.plane = plane;
    this.cameras = new CameraTable(run.bench.dynamo, Tables.CAMERAS.name());
  }

  @Override
  void watch() throws InterruptedException {
    cameras.put(item());
    while (true) {
      List<ProcessHandle> now = plane.processes(footage.camera());
      watchedBy(now.isEmpty() ? null : now.getFirst());
      // Two may overlap while one is replaced, never at the end.
      if (now.size() == 1 && footage.endsAt(checkpoint())) {
        return;
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private @Nullable Checkpoint checkpoint() {
    return run.states().get(footage.camera()).map(CameraState::checkpoint).orElse(null);
  }

  private ObjectNode item() {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    item.put("id", footage.camera());
    item.put("stream_name", footage.camera());
    item.putArray("detectors").addObject().put("type", "fire_smoke");
    return item;
  }

  /** The operator takes the camera away, so that no later scenario has it. */
  void remove() {
    cameras.delete(footage.camera());
  }
}
