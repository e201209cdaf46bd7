package io.kvsinfer.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The workers' side of the tables for a whole fleet: whenever a task runs, a thread here takes its
 * camera's lease, renews it, and writes checkpoint and status as often as a worker does. It decodes
 * nothing. When the task is told to stop, the lease is released.
 */
final class SyntheticFleet implements Consumer<JsonNode>, AutoCloseable {
  private final CameraStateTable states;
  private final LeaseTable leases;
  private final Map<String, Thread> workers = new ConcurrentHashMap<>();
  private final Map<String, String> holders = new ConcurrentHashMap<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final InstantSource clock = InstantSource.system();

  SyntheticFleet(DynamoDbClient dynamo, String stateTable) {
    this.states = new CameraStateTable(dynamo, stateTable);
    this.leases = new LeaseTable(dynamo, stateTable);
  }

  /** ECS says that a task changed. */
  @Override
  public void accept(JsonNode change) {
    JsonNode detail = change.path("detail");
    String task = detail.path("taskArn").asText();
    // environment/camera/launch
    String[] by = detail.path("startedBy").asText().split("/", -1);
    boolean runs =
        detail.path("lastStatus").asText().equals("RUNNING")
            && detail.path("desiredStatus").asText().equals("RUNNING");
    if (runs) {
      workers.computeIfAbsent(task, arn -> Thread.startVirtualThread(() -> work(by[1], by[2])));
    } else if (detail.path("desiredStatus").asText().equals("STOPPED")) {
      Thread worker = workers.remove(task);
      if (worker != null) {
        worker.interrupt();
      }
    }
  }

  /** What went wrong in a worker, one sentence each. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  /** Launch of the worker that holds the lease, by camera. */
  Map<String, String> holders() {
    return Map.copyOf(holders);
  }

  private void work(String camera, String launch) {
    @Nullable Lease held = null;
    try {
      held = take(camera, launch);
      if (held != null) {
        holders.put(camera, launch);
      }
      Instant since = clock.instant();
      for (long fragment = 1; held != null; fragment++) {
        write(camera, launch, held, since, fragment);
        Thread.sleep(LeaseTable.RENEW_EVERY);
        held =
            switch (leases.renew(camera, held)) {
              case LeaseOutcome.Taken(Lease renewed, var _, var _) -> renewed;
              case LeaseOutcome.Refused refused -> null;
            };
      }
    } catch (InterruptedException | AbortedException e) {
      // Told to stop, perhaps in the middle of a call; one more is to come.
      boolean _ = Thread.interrupted();
      if (held != null) {
        leases.release(camera, held);
      }
    } catch (SdkException | IllegalStateException e) {
      broken.add(camera + ": " + e);
    } finally {
      holders.remove(camera, launch);
    }
  }

  /** Null when the camera has another launch already. */
  private @Nullable Lease take(String camera, String launch) throws InterruptedException {
    while (true) {
      CameraState state = states.get(camera).orElseThrow();
      Lease seen = state.lease();
      if (seen == null || seen.released()) {
        switch (leases.take(camera, launch, seen)) {
          case LeaseOutcome.Taken(Lease taken, var _, var _) -> {
            return taken;
          }
          case LeaseOutcome.Refused(LeaseOutcome.Reason reason, var current) -> {
            if (reason == LeaseOutcome.Reason.OTHER_LAUNCH) {
              return null;
            }
          }
        }
      }
      Thread.sleep(100);
    }
  }

  private void write(String camera, String launch, Lease held, Instant since, long fragment) {
    Instant now = clock.instant();
    states.putCheckpoint(camera, new Checkpoint(Long.toString(fragment), now, List.of()), held);
    Desired desired = states.get(camera).map(CameraState::desired).orElse(null);
    String revision = desired == null ? null : desired.revision();
    states.putStatus(
        camera,
        new Status(Phase.RUNNING, since, now, 5.0, 900.0, null, revision, "synthetic", null),
        launch);
  }

  @Override
  public void close() {
    workers.values().forEach(Thread::interrupt);
  }
}
