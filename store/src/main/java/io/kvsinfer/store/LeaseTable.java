package io.kvsinfer.store;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.store.LeaseOutcome.Reason;
import io.kvsinfer.store.LeaseOutcome.Refused;
import io.kvsinfer.store.LeaseOutcome.Taken;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The lease of a camera, by conditional writes. When a lease may be taken is the taker's to judge:
 * at once if there is none or it is {@code released}, else after {@link #TTL} with an unchanged
 * counter on its own monotonic clock. Thread-safe.
 */
public final class LeaseTable {
  /** How long a counter must stand still before the lease may be taken. */
  public static final Duration TTL = Duration.ofSeconds(45);

  /** How often a holder renews. */
  public static final Duration RENEW_EVERY = Duration.ofSeconds(10);

  /** The holder stops publishing this long after the start of its last successful renewal. */
  public static final Duration SAFE_FOR = Duration.ofSeconds(22);

  private static final Map<String, String> OWNER = Map.of("#owner", "owner");
  private static final Map<String, String> OWNER_AND_COUNTER =
      Map.of("#owner", "owner", "#counter", "counter");
  private static final String IS_HELD = "lease.#owner = :owner AND lease.generation = :generation";

  private final DynamoDbClient dynamo;
  private final String table;
  private final ConditionalUpdate update;

  public LeaseTable(DynamoDbClient dynamo, String table) {
    this.dynamo = Objects.requireNonNull(dynamo);
    this.table = Objects.requireNonNull(table);
    this.update = new ConditionalUpdate(dynamo, table);
  }

  /** The lease as it stands, read consistently. */
  public Optional<Lease> read(String cameraId) {
    var answer =
        dynamo.getItem(request ->
            request
                .tableName(table)
                .key(StateRow.key(cameraId))
                .consistentRead(true)
                .projectionExpression(StateRow.LEASE));
    return answer.hasItem()
        ? Optional.ofNullable(lease(cameraId, answer.item()))
        : Optional.empty();
  }

  /**
   * Takes the lease with the next generation and counter 0, if the camera's launch is still {@code
   * launchId} and the lease still is what was seen.
   *
   * @param launchId the launch the caller was started with
   * @param seen the lease as read; null when there was none
   */
  public LeaseOutcome take(String cameraId, String launchId, @Nullable Lease seen) {
    Lease next = new Lease(seen == null ? 1 : seen.generation() + 1, launchId, 0, false);
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":launch", fromS(launchId));
    values.put(":next", Records.attribute(next));
    String unchanged = "attribute_not_exists(lease)";
    Map<String, String> names = Map.of();
    if (seen != null) {
      unchanged = IS_HELD + " AND lease.#counter = :counter";
      names = OWNER_AND_COUNTER;
      values.putAll(held(seen));
      values.put(":counter", fromN(Long.toString(seen.counter())));
    }
    return attempt(
        cameraId,
        launchId,
        update.request(
            cameraId, "SET lease = :next", "launch.id = :launch AND " + unchanged, names, values));
  }

  /**
   * Adds 1 to the counter, if the lease is still held and not released. A renewal whose answer was
   * lost may be repeated.
   */
  public LeaseOutcome renew(String cameraId, Lease held) {
    Map<String, AttributeValue> values = held(held);
    values.put(":one", fromN("1"));
    values.put(":no", fromBool(false));
    return attempt(
        cameraId,
        held.owner(),
        update.request(
            cameraId,
            "SET lease.#counter = lease.#counter + :one",
            IS_HELD + " AND lease.released = :no",
            OWNER_AND_COUNTER,
            values));
  }

  /**
   * Sets {@code released}: by the draining holder, or by the scheduler once the holder's task is
   * STOPPED.
   */
  public LeaseOutcome release(String cameraId, Lease held) {
    Map<String, AttributeValue> values = held(held);
    values.put(":yes", fromBool(true));
    return attempt(
        cameraId,
        held.owner(),
        update.request(cameraId, "SET lease.released = :yes", IS_HELD, OWNER, values));
  }

  private LeaseOutcome attempt(
      String cameraId, String launchId, UpdateItemRequest.Builder request) {
    try {
      var answer =
          dynamo.updateItem(
              request
                  .returnValues(ReturnValue.ALL_NEW)
                  .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                  .build());
      return taken(cameraId, Items.toTree(answer.attributes()));
    } catch (ConditionalCheckFailedException e) {
      Map<String, AttributeValue> item = e.hasItem() ? e.item() : Map.of();
      Launch launch = StateRow.part(Items.toTree(item), cameraId, StateRow.LAUNCH, Launch.class);
      boolean own = launch != null && launch.id().equals(launchId);
      return new Refused(own ? Reason.CHANGED : Reason.OTHER_LAUNCH, lease(cameraId, item));
    }
  }

  private static Taken taken(String cameraId, ObjectNode row) {
    return new Taken(
        Objects.requireNonNull(StateRow.part(row, cameraId, StateRow.LEASE, Lease.class)),
        row.at("/launch/id").textValue(),
        desired(cameraId, row));
  }

  private static @Nullable Desired desired(String cameraId, ObjectNode row) {
    try {
      return StateRow.part(row, cameraId, StateRow.DESIRED, Desired.class);
    } catch (UnreadableItemException e) {
      // A newer scheduler may write it in another shape; it says nothing then, and not that the
      // camera is gone.
      return new Desired(null, Desired.Outcome.ACCEPTED, List.of());
    }
  }

  private static Map<String, AttributeValue> held(Lease lease) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":owner", fromS(lease.owner()));
    values.put(":generation", fromN(Long.toString(lease.generation())));
    return values;
  }

  private static @Nullable Lease lease(String cameraId, Map<String, AttributeValue> item) {
    ObjectNode row = Items.toTree(item);
    return StateRow.part(row, cameraId, StateRow.LEASE, Lease.class);
  }
}
