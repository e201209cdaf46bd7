package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.LeaseOutcome.Reason;
import io.kvsinfer.store.LeaseOutcome.Refused;
import io.kvsinfer.store.LeaseOutcome.Taken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LeaseTableTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00.123Z");

  private final String table = TestTables.create(Tables.CAMERA_STATE);
  private final CameraStateTable states = new CameraStateTable(TestTables.dynamo(), table);
  private final LeaseTable leases = new LeaseTable(TestTables.dynamo(), table);

  @BeforeEach
  void launch() {
    assertThat(states.putLaunch("yard", launch("one"), null)).isTrue();
  }

  @Test
  void the_first_lease_is_generation_one() {
    assertThat(leases.read("yard")).isEmpty();
    assertThat(leases.take("yard", "one", null))
        .isEqualTo(new Taken(new Lease(1, "one", 0, false), "one", null));
    assertThat(leases.read("yard")).contains(new Lease(1, "one", 0, false));
  }

  @Test
  void a_worker_of_another_launch_takes_nothing() {
    assertThat(leases.take("yard", "stranger", null))
        .isEqualTo(new Refused(Reason.OTHER_LAUNCH, null));
    assertThat(leases.read("yard")).isEmpty();
  }

  @Test
  void a_worker_of_a_camera_without_a_row_takes_nothing() {
    assertThat(leases.take("attic", "one", null)).isEqualTo(new Refused(Reason.OTHER_LAUNCH, null));
    assertThat(states.get("attic")).isEmpty();
  }

  @Test
  void a_lease_that_moved_since_it_was_seen_is_refused_and_shown() {
    Lease first = taken(leases.take("yard", "one", null));
    Lease renewed = taken(leases.renew("yard", first));
    states.putLaunch("yard", launch("two"), "one");

    assertThat(leases.take("yard", "two", first)).isEqualTo(new Refused(Reason.CHANGED, renewed));
    assertThat(leases.take("yard", "two", null)).isEqualTo(new Refused(Reason.CHANGED, renewed));
  }

  @Test
  void a_successor_takes_the_next_generation_and_the_old_holder_renews_no_more() {
    Lease first = taken(leases.take("yard", "one", null));
    states.putLaunch("yard", launch("two"), "one");
    Lease second = taken(leases.take("yard", "two", first));

    assertThat(second).isEqualTo(new Lease(2, "two", 0, false));
    assertThat(leases.renew("yard", first)).isEqualTo(new Refused(Reason.OTHER_LAUNCH, second));
    assertThat(leases.release("yard", first)).isEqualTo(new Refused(Reason.OTHER_LAUNCH, second));
  }

  @Test
  void each_renewal_adds_one() {
    Lease lease = taken(leases.take("yard", "one", null));
    lease = taken(leases.renew("yard", lease));
    assertThat(taken(leases.renew("yard", lease)).counter()).isEqualTo(2);
  }

  @Test
  void a_released_lease_cannot_be_renewed_and_can_be_released_again() {
    Lease lease = taken(leases.take("yard", "one", null));
    Lease released = taken(leases.release("yard", lease));

    assertThat(released.released()).isTrue();
    assertThat(leases.renew("yard", lease)).isEqualTo(new Refused(Reason.CHANGED, released));
    assertThat(leases.release("yard", lease)).isEqualTo(new Taken(released, "one", null));
  }

  @Test
  void of_many_takers_at_once_one_gets_it() throws Exception {
    Lease seen = taken(leases.release("yard", taken(leases.take("yard", "one", null))));
    List<Callable<LeaseOutcome>> takers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      takers.add(() -> leases.take("yard", "one", seen));
    }
    int taken = 0;
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<LeaseOutcome> outcome : threads.invokeAll(takers)) {
        taken += outcome.get() instanceof Taken ? 1 : 0;
      }
    }
    assertThat(taken).isEqualTo(1);
  }

  private static Lease taken(LeaseOutcome outcome) {
    assertThat(outcome).isInstanceOf(Taken.class);
    return ((Taken) outcome).lease();
  }

  private static Launch launch(String id) {
    return new Launch(id, null, 1, NOW, null, "0123456789ab");
  }
}
