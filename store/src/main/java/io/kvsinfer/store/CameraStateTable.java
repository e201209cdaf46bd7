package io.kvsinfer.store;

import static java.util.Map.entry;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Fence;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Rollout;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Watch;
import io.kvsinfer.contract.time.Timestamps;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * The camera_state table. Each part is written on its own, so that scheduler, worker and events
 * function never overwrite one another; every read is consistent. Methods that return a boolean are
 * conditional: false means that what they rely on is no longer so and nothing was written.
 * Thread-safe. The lease is {@link LeaseTable}'s.
 */
public final class CameraStateTable {
  /** Key of the row that is no camera's; no camera id begins like it. */
  private static final String ROLLOUT_ROW = "_rollout";

  private final DynamoDbClient dynamo;
  private final String table;
  private final ConditionalUpdate update;
  private final BatchCalls batches;

  public CameraStateTable(DynamoDbClient dynamo, String table) {
    this.dynamo = Objects.requireNonNull(dynamo);
    this.table = Objects.requireNonNull(table);
    this.update = new ConditionalUpdate(dynamo, table);
    this.batches = new BatchCalls(dynamo, table);
  }

  /**
   * What a scan found.
   *
   * @param states by camera id
   * @param unreadable what is wrong with a row, by camera id
   * @param rollout how far a new worker version has got; null when there never was one
   */
  public record Scan(
      Map<String, CameraState> states, Map<String, String> unreadable, @Nullable Rollout rollout) {
    public Scan {
      states = Map.copyOf(states);
      unreadable = Map.copyOf(unreadable);
    }
  }

  /**
   * The row of a camera.
   *
   * @throws UnreadableItemException when it has another shape than this version writes
   */
  public Optional<CameraState> get(String cameraId) {
    var answer =
        dynamo.getItem(
            request -> request.tableName(table).key(StateRow.key(cameraId)).consistentRead(true));
    return answer.hasItem() ? Optional.of(StateRow.read(answer.item())) : Optional.empty();
  }

  /** Every row; one that cannot be read stops no other. */
  public Scan scan() {
    return scan(ScanRequest.builder());
  }

  /** Every row without checkpoint and fence, which the scheduler does not look at. */
  public Scan scanForScheduler() {
    return scan(
        ScanRequest.builder()
            .projectionExpression("camera_id, desired, launch, watch, lease, #status, rollout")
            .expressionAttributeNames(Map.of("#status", StateRow.STATUS)));
  }

  private Scan scan(ScanRequest.Builder request) {
    Map<String, CameraState> states = new LinkedHashMap<>();
    Map<String, String> unreadable = new LinkedHashMap<>();
    AtomicReference<@Nullable Rollout> rollout = new AtomicReference<>();
    dynamo
        .scanPaginator(request.tableName(table).consistentRead(true).build())
        .items()
        .forEach(item -> {
          String id = StateRow.id(item);
          try {
            if (id.equals(ROLLOUT_ROW)) {
              rollout.set(StateRow.part(Items.toTree(item), id, StateRow.ROLLOUT, Rollout.class));
            } else {
              states.put(id, StateRow.read(item));
            }
          } catch (UnreadableItemException e) {
            unreadable.put(id, String.valueOf(e.getMessage()));
          }
        });
    return new Scan(states, unreadable, rollout.get());
  }

  /** Scheduler: how far a new worker version has got, in place of what was seen. */
  public boolean putRollout(Rollout rollout, @Nullable Rollout seen) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    values.put(":rollout", Records.attribute(rollout));
    if (seen != null) {
      values.put(":seen", Records.attribute(seen));
    }
    return update.apply(
        ROLLOUT_ROW,
        "SET rollout = :rollout",
        seen == null ? "attribute_not_exists(rollout)" : "rollout = :seen",
        values);
  }

  /** How far a new worker version has got; empty when there never was one. */
  public Optional<Rollout> rollout() {
    var answer =
        dynamo.getItem(request ->
            request.tableName(table).key(StateRow.key(ROLLOUT_ROW)).consistentRead(true));
    return answer.hasItem()
        ? Optional.ofNullable(
            StateRow.part(
                Items.toTree(answer.item()), ROLLOUT_ROW, StateRow.ROLLOUT, Rollout.class))
        : Optional.empty();
  }

  /** Scheduler: what became of the operator's item. */
  public void putDesired(String cameraId, Desired desired) {
    update.set(cameraId, StateRow.DESIRED, Records.attribute(desired));
  }

  /** Scheduler: the operator's item is gone. The rest of the row stays. */
  public void clearDesired(String cameraId) {
    dynamo.updateItem(request ->
        request.tableName(table).key(StateRow.key(cameraId)).updateExpression("REMOVE desired"));
  }

  /**
   * Scheduler: a new launch in place of the one that was seen.
   *
   * @param seenLaunchId id of the launch seen; null when there was none
   */
  public boolean putLaunch(String cameraId, Launch launch, @Nullable String seenLaunchId) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    values.put(":launch", Records.attribute(launch));
    if (seenLaunchId != null) {
      values.put(":seen", fromS(seenLaunchId));
    }
    return update.apply(
        cameraId,
        "SET launch = :launch REMOVE watch",
        seenLaunchId == null ? "attribute_not_exists(launch)" : "launch.id = :seen",
        values);
  }

  /** Scheduler: the task that ECS started for this launch. */
  public boolean setTaskArn(String cameraId, String launchId, String taskArn) {
    return update.apply(
        cameraId,
        "SET launch.task_arn = :arn"
            + " REMOVE launch.not_before, launch.missing_since, launch.not_placed",
        "launch.id = :id",
        Map.ofEntries(entry(":arn", fromS(taskArn)), entry(":id", fromS(launchId))));
  }

  /** Scheduler: the earliest time of the launch after this one. */
  public boolean setNotBefore(String cameraId, String launchId, Instant notBefore) {
    return update.apply(
        cameraId,
        "SET launch.not_before = :time",
        "launch.id = :id",
        Map.ofEntries(
            entry(":time", fromS(Timestamps.format(notBefore))), entry(":id", fromS(launchId))));
  }

  /**
   * Scheduler: ECS started no task for this launch.
   *
   * @param notBefore the earliest time of the launch after this one
   * @param reason as ECS gives it
   */
  public boolean setNotPlaced(String cameraId, String launchId, Instant notBefore, String reason) {
    return update.apply(
        cameraId,
        "SET launch.not_before = :time, launch.not_placed = :reason",
        "launch.id = :id",
        Map.ofEntries(
            entry(":time", fromS(Timestamps.format(notBefore))),
            entry(":reason", fromS(reason)),
            entry(":id", fromS(launchId))));
  }

  /** Scheduler: why the worker of this launch could not run with its settings. */
  public boolean setRefused(String cameraId, String launchId, String reason) {
    return update.apply(
        cameraId,
        "SET launch.refused = :reason",
        "launch.id = :id",
        Map.ofEntries(entry(":reason", fromS(reason)), entry(":id", fromS(launchId))));
  }

  /**
   * Scheduler: since when ECS does not know the task of this launch.
   *
   * @param since null: it knows it again
   */
  public boolean setMissing(String cameraId, String launchId, @Nullable Instant since) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    values.put(":id", fromS(launchId));
    if (since != null) {
      values.put(":since", fromS(Timestamps.format(since)));
    }
    return update.apply(
        cameraId,
        since == null ? "REMOVE launch.missing_since" : "SET launch.missing_since = :since",
        "launch.id = :id",
        values);
  }

  /** Scheduler: the lease counter it saw, while this launch is the camera's. */
  public boolean putWatch(String cameraId, Watch watch) {
    return update.apply(
        cameraId,
        "SET watch = :watch",
        "launch.id = :id",
        Map.ofEntries(
            entry(":watch", Records.attribute(watch)), entry(":id", fromS(watch.launch()))));
  }

  /** Worker: how far it got, while it holds this lease. */
  public boolean putCheckpoint(String cameraId, Checkpoint checkpoint, Lease held) {
    return update.apply(
        cameraId,
        "SET checkpoint = :checkpoint",
        "lease.generation = :generation AND lease.#owner = :owner",
        Map.of("#owner", "owner"),
        Map.ofEntries(
            entry(":checkpoint", Records.attribute(checkpoint)),
            entry(":generation", fromN(Long.toString(held.generation()))),
            entry(":owner", fromS(held.owner()))));
  }

  /** Worker: how it does, while the camera's launch is the one it was started with. */
  public boolean putStatus(String cameraId, Status status, String launchId) {
    return update.apply(
        cameraId,
        "SET #status = :status",
        "launch.id = :id",
        Map.of("#status", "status"),
        Map.ofEntries(
            entry(":status", Records.attribute(status.by(launchId))),
            entry(":id", fromS(launchId))));
  }

  /**
   * Events function: a fence of a greater generation than what stands there. What is no fence gives
   * way.
   */
  public boolean putFence(String cameraId, Fence fence) {
    return update.apply(
        cameraId,
        "SET fence = :fence",
        "attribute_not_exists(fence.generation) OR NOT attribute_type(fence.generation, :number)"
            + " OR fence.generation < :generation",
        Map.ofEntries(
            entry(":fence", Records.attribute(fence)),
            entry(":number", fromS("N")),
            entry(":generation", fromN(Long.toString(fence.generation())))));
  }

  /**
   * What was found of the fences of some cameras.
   *
   * @param fences by camera id; a camera without one is not in it
   * @param unreadable what is wrong with a fence, by camera id
   * @param unread cameras that DynamoDB, at the end of its throughput, said nothing of
   */
  public record FoundFences(
      Map<String, Fence> fences, Map<String, String> unreadable, Set<String> unread) {
    public FoundFences {
      fences = Map.copyOf(fences);
      unreadable = Map.copyOf(unreadable);
      unread = Set.copyOf(unread);
    }
  }

  /** Events function: the fences of some cameras alone, in few calls. */
  public FoundFences fences(Set<String> cameraIds) {
    Map<String, Fence> fences = new HashMap<>();
    Map<String, String> unreadable = new HashMap<>();
    List<Map<String, AttributeValue>> unread =
        batches.read(
            cameraIds.stream().map(StateRow::key).toList(),
            StateRow.CAMERA_ID + ", " + StateRow.FENCE,
            row -> {
              String id = StateRow.id(row);
              try {
                Fence fence = StateRow.part(Items.toTree(row), id, StateRow.FENCE, Fence.class);
                if (fence != null) {
                  fences.put(id, fence);
                }
              } catch (UnreadableItemException e) {
                unreadable.put(id, String.valueOf(e.getMessage()));
              }
            });
    return new FoundFences(
        fences, unreadable, unread.stream().map(StateRow::id).collect(Collectors.toSet()));
  }

  /** Forgets how far a camera was watched and which incidents were open; the rest stays. */
  public void deleteCheckpoint(String cameraId) {
    if (get(cameraId).isPresent()) {
      dynamo.updateItem(request ->
          request
              .tableName(table)
              .key(StateRow.key(cameraId))
              .updateExpression("REMOVE checkpoint"));
    }
  }

  /** Removes the whole row, for {@code cameras remove} of a camera that has no worker. */
  public void delete(String cameraId) {
    dynamo.deleteItem(request -> request.tableName(table).key(StateRow.key(cameraId)));
  }
}
