package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FragmentQueueTest {
  private static final SourceEvent GAP =
      new SourceEvent.Gap(null, null, SourceEvent.GapReason.MISSING, "not listed");

  private final FragmentQueue queue = new FragmentQueue(100);

  private static SourceEvent fragment(int bytes) {
    VideoTrack track = new VideoTrack(Codec.H264, new byte[0], 64, 48);
    FrameTime time = new FrameTime(Instant.EPOCH, null, "1", 0, true, true);
    return new SourceEvent.Fragment(
        "1", List.of(new EncodedFrame(track, new byte[bytes], time)), false);
  }

  @Test
  void events_come_out_in_their_order() throws Exception {
    List<SourceEvent> events = List.of(fragment(10), GAP, fragment(20), new SourceEvent.End());
    for (SourceEvent event : events) {
      assertThat(queue.put(event)).isTrue();
    }
    assertThat(List.of(queue.take(), queue.take(), queue.take(), queue.take())).isEqualTo(events);
  }

  @Test
  void only_fragments_count_as_waiting() throws Exception {
    assertThat(queue.put(fragment(10))).isTrue();
    assertThat(queue.put(GAP)).isTrue();
    assertThat(queue.put(fragment(10))).isTrue();
    assertThat(queue.waiting()).isEqualTo(2);
    assertThat(queue.take()).isInstanceOf(SourceEvent.Fragment.class);
    assertThat(queue.waiting()).isEqualTo(1);
  }

  private static SourceEvent part(int millis, boolean late) {
    VideoTrack track = new VideoTrack(Codec.H264, new byte[0], 64, 48);
    Instant at = Instant.EPOCH.plusMillis(millis);
    FrameTime time = new FrameTime(at, null, "1", millis, millis == 0, millis == 0);
    return new SourceEvent.Part("1", List.of(new EncodedFrame(track, new byte[60], time)), late);
  }

  @Test
  void parts_count_once_for_their_fragment_and_by_the_time_they_span() throws Exception {
    FragmentQueue parts = new FragmentQueue(1000);
    assertThat(parts.put(part(0, false))).isTrue();
    assertThat(parts.waitingParts()).isZero();
    assertThat(parts.put(part(500, false))).isTrue();
    assertThat(parts.put(part(900, false))).isTrue();
    assertThat(parts.put(new SourceEvent.FragmentEnd("1"))).isTrue();
    assertThat(parts.waiting()).isEqualTo(1);
    assertThat(parts.waitingParts()).isEqualTo(Duration.ofMillis(900));
    assertThat(parts.put(part(5000, true))).isTrue();
    assertThat(parts.waitingParts()).as("what is late does not hurry").hasMillis(900);
    assertThat(queue.put(part(0, false))).isTrue();
    Background<Boolean> second = Background.start(() -> queue.put(part(9, false))).awaitBlocked();
    assertThat(queue.take()).isInstanceOf(SourceEvent.Part.class);
    assertThat(second.get()).isTrue();
  }

  @Test
  void a_full_queue_makes_the_reader_wait_for_room() throws Exception {
    assertThat(queue.put(fragment(90))).isTrue();
    Background<Boolean> second = Background.start(() -> queue.put(fragment(20))).awaitBlocked();
    assertThat(queue.waiting()).isEqualTo(1);
    assertThat(queue.take()).isInstanceOf(SourceEvent.Fragment.class);
    assertThat(second.get()).isTrue();
    assertThat(queue.waiting()).isEqualTo(1);
  }

  @Test
  void a_fragment_larger_than_the_bound_goes_in_alone() throws Exception {
    assertThat(queue.put(fragment(1000))).isTrue();
    Background<Boolean> next = Background.start(() -> queue.put(fragment(1))).awaitBlocked();
    assertThat(queue.take()).isInstanceOf(SourceEvent.Fragment.class);
    assertThat(next.get()).isTrue();
  }

  @Test
  void taking_waits_for_an_event() throws Exception {
    Background<SourceEvent> taken = Background.start(queue::take).awaitBlocked();
    assertThat(queue.put(GAP)).isTrue();
    assertThat(taken.get()).isEqualTo(GAP);
  }

  @Test
  void closing_ends_both_sides_and_gives_up_what_waits() throws Exception {
    assertThat(queue.put(fragment(90))).isTrue();
    Background<Boolean> putting = Background.start(() -> queue.put(fragment(90))).awaitBlocked();
    queue.close();
    assertThat(putting.get()).isFalse();
    assertThat(queue.take()).isEqualTo(new SourceEvent.End());
    assertThat(queue.put(GAP)).isFalse();
    assertThat(queue.waiting()).isZero();
  }

  @Test
  void closing_ends_a_take_that_waits() throws Exception {
    Background<SourceEvent> taken = Background.start(queue::take).awaitBlocked();
    queue.close();
    assertThat(taken.get()).isEqualTo(new SourceEvent.End());
  }
}
