package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CheckpointGateTest {
  private static final Checkpoint BEFORE = checkpoint("10");

  private final CheckpointGate gate = new CheckpointGate(BEFORE);

  @Test
  void a_checkpoint_waits_for_every_event_decided_before_it() {
    gate.hold(3, checkpoint("11"));
    gate.hold(5, checkpoint("12"));
    assertThat(gate.ready(2)).isNull();
    assertThat(fragment(gate.ready(4))).isEqualTo("11");
    assertThat(fragment(gate.ready(5))).isEqualTo("12");
    gate.saved(5);
    assertThat(gate.isEmpty()).isTrue();
  }

  @Test
  void without_events_between_only_the_newest_is_held() {
    gate.hold(0, checkpoint("11"));
    gate.hold(0, checkpoint("12"));
    assertThat(fragment(gate.ready(0))).isEqualTo("12");
  }

  @Test
  void an_incident_stands_in_the_checkpoint_before_it_is_opened() {
    List<SpoolRecord> batch = List.of(record(1, 1, Phase.OPENED), record(2, 2, Phase.CLOSED));
    Checkpoint before = Objects.requireNonNull(gate.before(batch));
    assertThat(before.fragmentNumber()).isEqualTo("10");
    assertThat(before.openIncidents())
        .singleElement()
        .satisfies(o -> {
          assertThat(o.nextSequence()).isZero();
          assertThat(o.lastSeenAt()).isEqualTo(Events.opened(1).event().capturedAt());
        });
    assertThat(gate.before(batch)).as("it was not kept yet").isNotNull();
    gate.minted(batch);
    assertThat(gate.before(batch)).isNull();
  }

  @Test
  void a_checkpoint_from_before_it_was_opened_does_not_lose_it() {
    gate.hold(1, checkpoint("11"));
    List<SpoolRecord> batch = List.of(record(2, 7, Phase.OPENED));
    assertThat(gate.before(batch)).isNotNull();
    gate.minted(batch);
    Checkpoint held = Objects.requireNonNull(gate.ready(2));
    assertThat(held.fragmentNumber()).isEqualTo("11");
    assertThat(held.openIncidents()).extracting(OpenIncident::nextSequence).containsExactly(0);
    gate.saved(2);
    gate.hold(2, checkpoint("12"));
    assertThat(Objects.requireNonNull(gate.ready(2)).openIncidents()).isEmpty();
  }

  @Test
  void the_first_incident_of_a_camera_makes_the_first_checkpoint() {
    CheckpointGate first = new CheckpointGate(null);
    Checkpoint before = Objects.requireNonNull(first.before(List.of(record(1, 1, Phase.OPENED))));
    assertThat(before.fragmentNumber()).isNull();
    assertThat(before.capturedAt()).isBefore(Events.opened(1).event().startedAt());
  }

  private static SpoolRecord record(long ordinal, int incident, Phase phase) {
    return new SpoolRecord(ordinal, Events.event(incident, phase, 0));
  }

  private static Checkpoint checkpoint(String fragment) {
    return new Checkpoint(fragment, Events.T, List.of());
  }

  private static String fragment(@Nullable Checkpoint checkpoint) {
    return Objects.requireNonNull(Objects.requireNonNull(checkpoint).fragmentNumber());
  }
}
