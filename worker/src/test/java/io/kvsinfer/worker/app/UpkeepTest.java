package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.testkit.Eventually;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UpkeepTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final String table = StateTables.create(Tables.CAMERA_STATE);
  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicLong nanoTime = new AtomicLong();
  private final List<String> told = new CopyOnWriteArrayList<>();

  private final Upkeep.Events events =
      new Upkeep.Events() {
        @Override
        public void held() {
          told.add("held");
        }

        @Override
        public void lost() {
          told.add("lost");
        }

        @Override
        public void lapsed(boolean so) {
          told.add(so ? "lapsed" : "renewed");
        }

        @Override
        public void observe() {}

        @Override
        public void follow() {}
      };

  @Test
  void a_lease_that_cannot_be_renewed_is_noticed_at_its_deadline_and_goes_on_when_it_can_again()
      throws Exception {
    CameraStateTable states = new CameraStateTable(StateTables.dynamo(), table);
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    LeaseTable leases = new LeaseTable(StateTables.client(away::get), table);
    Tenure tenure =
        new LeasedTenure(
            "yard", "l-1", states, new LeaseKeeper(leases, "yard", "l-1", nanoTime::get));
    CameraStatus status = new CameraStatus(InstantSource.system(), null, "1.0", null);
    Upkeep upkeep = new Upkeep("yard", tenure, status, events);
    upkeep.start();
    try {
      Eventually.until("it is held", SOON, () -> told.contains("held"));
      away.set(true);
      nanoTime.addAndGet(LeaseTable.SAFE_FOR.toNanos());
      Eventually.until("it has lapsed", SOON, () -> told.contains("lapsed"));
      away.set(false);
      Eventually.until("it was renewed", SOON, () -> told.contains("renewed"));
    } finally {
      upkeep.stop();
    }
    assertThat(told).containsExactly("held", "lapsed", "renewed");
  }
}
