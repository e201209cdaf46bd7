package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Watch;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** camera_state in memory, with the conditions of {@code CameraStateTable} and LeaseTable. */
final class SimulatedTables {
  private final Map<String, CameraState> rows = new TreeMap<>();

  /** What a scan finds now. */
  Map<String, CameraState> scan() {
    return new HashMap<>(rows);
  }

  CameraState row(String camera) {
    return rows.getOrDefault(
        camera, new CameraState(camera, null, null, null, null, null, null, null));
  }

  void putDesired(String camera, @Nullable Desired desired) {
    CameraState r = row(camera);
    put(r, desired, r.launch(), r.watch(), r.lease(), r.status());
  }

  boolean putLaunch(String camera, Launch launch, @Nullable String seen) {
    CameraState r = row(camera);
    boolean asSeen =
        r.launch() == null ? seen == null : r.launch().id().equals(String.valueOf(seen));
    if (asSeen) {
      put(r, r.desired(), launch, null, r.lease(), r.status());
    }
    return asSeen;
  }

  /** Changes the launch if it still is that one. */
  boolean launch(String camera, String id, UnaryOperator<Launch> change) {
    CameraState r = row(camera);
    if (r.launch() == null || !r.launch().id().equals(id)) {
      return false;
    }
    put(r, r.desired(), change.apply(r.launch()), r.watch(), r.lease(), r.status());
    return true;
  }

  boolean putWatch(String camera, Watch watch) {
    CameraState r = row(camera);
    if (r.launch() == null || !r.launch().id().equals(watch.launch())) {
      return false;
    }
    put(r, r.desired(), r.launch(), watch, r.lease(), r.status());
    return true;
  }

  void putStatus(String camera, Status status, String launch) {
    CameraState r = row(camera);
    if (r.launch() != null && r.launch().id().equals(launch)) {
      put(r, r.desired(), r.launch(), r.watch(), r.lease(), status.by(launch));
    }
  }

  /** The lease taken; null when it was refused. */
  @Nullable Lease take(String camera, String launch, @Nullable Lease seen) {
    CameraState r = row(camera);
    if (!launched(camera, launch) || !same(seen, r.lease())) {
      return null;
    }
    Lease next = new Lease(seen == null ? 1 : seen.generation() + 1, launch, 0, false);
    put(r, r.desired(), r.launch(), r.watch(), next, r.status());
    return next;
  }

  boolean launched(String camera, String launch) {
    Launch now = row(camera).launch();
    return now != null && now.id().equals(launch);
  }

  private static boolean same(@Nullable Lease seen, @Nullable Lease now) {
    return seen == null
        ? now == null
        : now != null
            && seen.generation() == now.generation()
            && seen.owner().equals(now.owner())
            && seen.counter() == now.counter();
  }

  /** The lease renewed; null when it is no longer held. */
  @Nullable Lease renew(String camera, Lease held) {
    CameraState r = row(camera);
    Lease now = r.lease();
    if (now == null || !holds(now, held) || now.released()) {
      return null;
    }
    Lease next = new Lease(held.generation(), held.owner(), now.counter() + 1, false);
    put(r, r.desired(), r.launch(), r.watch(), next, r.status());
    return next;
  }

  boolean release(String camera, Lease held) {
    CameraState r = row(camera);
    Lease now = r.lease();
    if (now == null || !holds(now, held)) {
      return false;
    }
    Lease next = new Lease(held.generation(), held.owner(), now.counter(), true);
    put(r, r.desired(), r.launch(), r.watch(), next, r.status());
    return true;
  }

  private static boolean holds(Lease now, Lease held) {
    return now.generation() == held.generation() && now.owner().equals(held.owner());
  }

  private void put(
      CameraState r,
      @Nullable Desired desired,
      @Nullable Launch launch,
      @Nullable Watch watch,
      @Nullable Lease lease,
      @Nullable Status status) {
    rows.put(
        r.cameraId(),
        new CameraState(r.cameraId(), desired, launch, watch, lease, null, status, null));
  }

  static Launch withTask(Launch l, String arn) {
    return copy(l, arn, null, l.refused(), null);
  }

  static Launch withNotBefore(Launch l, Instant time) {
    return copy(l, l.taskArn(), time, l.refused(), l.missingSince());
  }

  static Launch withRefused(Launch l, String reason) {
    return copy(l, l.taskArn(), l.notBefore(), reason, l.missingSince());
  }

  static Launch withMissing(Launch l, @Nullable Instant since) {
    return copy(l, l.taskArn(), l.notBefore(), l.refused(), since);
  }

  private static Launch copy(
      Launch l,
      @Nullable String arn,
      @Nullable Instant notBefore,
      @Nullable String refused,
      @Nullable Instant missing) {
    return new Launch(
        l.id(),
        arn,
        l.attempt(),
        l.requestedAt(),
        notBefore,
        l.settingsRevision(),
        l.restartRevision(),
        l.taskDefinition(),
        l.cluster(),
        refused,
        missing,
        l.notPlaced());
  }
}
