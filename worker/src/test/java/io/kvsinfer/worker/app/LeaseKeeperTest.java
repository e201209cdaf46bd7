package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.worker.app.LeaseKeeper.State;
import io.kvsinfer.worker.app.Tenure.Standing;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class LeaseKeeperTest {
  private final String name = StateTables.create(Tables.CAMERA_STATE);
  private final LeaseTable table = new LeaseTable(StateTables.dynamo(), name);
  private final CameraStateTable states = new CameraStateTable(StateTables.dynamo(), name);
  // Begins where differences overflow, as nanoTime may.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final LeaseKeeper keeper = new LeaseKeeper(table, "yard", "l-2", nanos::get);

  @BeforeEach
  void launched() {
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
  }

  private void passed(double seconds) {
    nanos.addAndGet(Math.round(seconds * 1e9));
  }

  private void relaunched() {
    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
  }

  /** The lease as a predecessor holds it. */
  private Lease predecessor() {
    LeaseOutcome taken = table.take("yard", "l-1", null);
    return ((LeaseOutcome.Taken) taken).lease();
  }

  @Test
  void a_camera_without_a_lease_is_taken_at_once() {
    relaunched();
    assertThat(keeper.step()).isEqualTo(State.HELD);
    assertThat(keeper.held()).isEqualTo(new Lease(1, "l-2", 0, false));
    assertThat(keeper.mayPublish()).isTrue();
    assertThat(keeper.pause()).isEqualTo(LeaseTable.RENEW_EVERY);
  }

  @Test
  void a_released_lease_is_taken_at_once_with_the_next_generation() {
    table.release("yard", predecessor());
    relaunched();
    assertThat(keeper.step()).isEqualTo(State.HELD);
    assertThat(keeper.held()).isEqualTo(new Lease(2, "l-2", 0, false));
  }

  @Test
  void a_counter_that_stands_still_for_45_seconds_gives_the_lease_away() {
    Lease old = predecessor();
    relaunched();
    assertThat(keeper.step()).isEqualTo(State.WAITING);
    assertThat(keeper.mayPublish()).isFalse();
    assertThat(keeper.held()).isNull();
    passed(44.9);
    assertThat(keeper.step()).isEqualTo(State.WAITING);
    passed(0.1);
    assertThat(keeper.step()).isEqualTo(State.HELD);
    assertThat(keeper.held()).isEqualTo(new Lease(2, "l-2", 0, false));
    assertThat(table.renew("yard", old)).isInstanceOf(LeaseOutcome.Refused.class);
  }

  @Test
  void a_counter_that_moves_is_waited_for_for_ever() {
    Lease old = predecessor();
    relaunched();
    for (int i = 0; i < 20; i++) {
      assertThat(keeper.step()).isEqualTo(State.WAITING);
      passed(40);
      assertThat(table.renew("yard", old)).isInstanceOf(LeaseOutcome.Taken.class);
    }
  }

  @Test
  void publishing_ends_22_seconds_after_the_start_of_the_last_good_renewal() {
    relaunched();
    keeper.step();
    passed(10);
    assertThat(keeper.step()).isEqualTo(State.HELD);
    assertThat(Objects.requireNonNull(keeper.held()).counter()).isEqualTo(1);
    passed(21.9);
    assertThat(keeper.mayPublish()).isTrue();
    passed(0.1);
    assertThat(keeper.mayPublish()).isFalse();
    assertThat(keeper.step()).isEqualTo(State.HELD);
    assertThat(keeper.mayPublish()).as("renewed before anybody took it").isTrue();
  }

  @Test
  void the_time_a_renewal_takes_counts_from_its_start() {
    relaunched();
    // Each look at the clock takes a second.
    LeaseKeeper slow = new LeaseKeeper(table, "yard", "l-2", () -> nanos.getAndAdd(1_000_000_000L));
    long start = nanos.get();
    assertThat(slow.step()).isEqualTo(State.HELD);
    nanos.set(start + LeaseTable.SAFE_FOR.toNanos() - 1);
    assertThat(slow.mayPublish()).isTrue();
    nanos.set(start + LeaseTable.SAFE_FOR.toNanos());
    assertThat(slow.mayPublish()).isFalse();
  }

  @Test
  void another_launch_ends_a_worker_that_waits() {
    predecessor();
    assertThat(keeper.step()).as("not yet the time to take it").isEqualTo(State.WAITING);
    passed(46);
    assertThat(keeper.step()).isEqualTo(State.LOST);
    assertThat(keeper.mayPublish()).isFalse();
  }

  @Test
  void a_lease_taken_by_another_is_lost_for_good() {
    relaunched();
    keeper.step();
    assertThat(StateTables.launch(states, "yard", "l-3", "l-2")).isTrue();
    assertThat(table.take("yard", "l-3", keeper.held())).isInstanceOf(LeaseOutcome.Taken.class);
    passed(10);
    assertThat(keeper.step()).isEqualTo(State.LOST);
    assertThat(keeper.mayPublish()).isFalse();
    assertThat(keeper.step()).isEqualTo(State.LOST);
    keeper.release();
    assertThat(table.read("yard")).get().isEqualTo(new Lease(2, "l-3", 0, false));
  }

  @Test
  void a_lease_the_scheduler_released_is_lost_too() {
    relaunched();
    keeper.step();
    table.release("yard", Objects.requireNonNull(keeper.held()));
    assertThat(keeper.step()).isEqualTo(State.LOST);
  }

  @Test
  void giving_it_back_ends_publishing_and_lets_a_successor_in() {
    relaunched();
    keeper.step();
    keeper.release();
    assertThat(keeper.mayPublish()).isFalse();
    assertThat(table.read("yard")).get().isEqualTo(new Lease(1, "l-2", 0, true));
  }

  @Test
  void a_renewal_that_fails_is_repeated_a_second_later_while_the_lease_lasts() {
    relaunched();
    AtomicBoolean away = new AtomicBoolean();
    try (DynamoDbClient client = StateTables.client(away::get)) {
      LeaseKeeper cut = new LeaseKeeper(new LeaseTable(client, name), "yard", "l-2", nanos::get);
      LeasedTenure tenure =
          new LeasedTenure("yard", "l-2", new CameraStateTable(client, name), cut);
      away.set(true);
      assertThat(tenure.step()).isEqualTo(Standing.WAITING);
      away.set(false);
      assertThat(tenure.step()).isEqualTo(Standing.HELD);
      assertThat(tenure.pauseMillis()).isEqualTo(10_000);
      away.set(true);
      passed(10);
      assertThat(tenure.step()).isEqualTo(Standing.HELD);
      assertThat(tenure.pauseMillis()).isEqualTo(1000);
      assertThat(tenure.mayPublish()).isTrue();
      passed(12);
      assertThat(tenure.step()).isEqualTo(Standing.HELD);
      assertThat(tenure.mayPublish()).as("the time is over").isFalse();
      tenure.report(new CameraStatus(Instant::now, null, "1.0", null).snapshot());
      away.set(false);
      assertThat(tenure.step()).isEqualTo(Standing.HELD);
      assertThat(tenure.pauseMillis()).isEqualTo(10_000);
      assertThat(tenure.mayPublish()).isTrue();
    }
  }
}
