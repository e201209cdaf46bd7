package io.kvsinfer.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Fence;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Watch;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Names of the attributes of camera_state, and how a row is read. */
final class StateRow {
  static final String CAMERA_ID = "camera_id";
  static final String DESIRED = "desired";
  static final String LAUNCH = "launch";
  static final String WATCH = "watch";
  static final String LEASE = "lease";
  static final String CHECKPOINT = "checkpoint";
  static final String STATUS = "status";
  static final String FENCE = "fence";
  static final String ROLLOUT = "rollout";

  private StateRow() {}

  static Map<String, AttributeValue> key(String cameraId) {
    return Map.of(CAMERA_ID, AttributeValue.fromS(cameraId));
  }

  /** The camera of a row or key. */
  static String id(Map<String, AttributeValue> row) {
    return Objects.requireNonNull(row.get(CAMERA_ID)).s();
  }

  /** Reads a row; throws {@link UnreadableItemException} naming camera and part. */
  static CameraState read(Map<String, AttributeValue> item) {
    ObjectNode row = Items.toTree(item);
    String id = row.path(CAMERA_ID).asText();
    return new CameraState(
        id,
        part(row, id, DESIRED, Desired.class),
        part(row, id, LAUNCH, Launch.class),
        part(row, id, WATCH, Watch.class),
        part(row, id, LEASE, Lease.class),
        part(row, id, CHECKPOINT, Checkpoint.class),
        part(row, id, STATUS, Status.class),
        part(row, id, FENCE, Fence.class));
  }

  static <T> @Nullable T part(ObjectNode row, String id, String name, Class<T> type) {
    var tree = row.get(name);
    return tree == null || tree.isNull()
        ? null
        : Records.read(tree, type, "camera_state of " + id + ", part " + name);
  }
}
