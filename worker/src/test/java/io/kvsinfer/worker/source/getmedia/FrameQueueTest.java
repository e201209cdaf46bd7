package io.kvsinfer.worker.source.getmedia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.GetMediaStreamException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
  private static final Duration NO_TIME = Duration.ofMillis(1);

  private final AtomicLong dropped = new AtomicLong();
  private final FrameQueue queue = new FrameQueue(4, Duration.ZERO, dropped::addAndGet);

  private List<SourceEvent> rest() throws Exception {
    List<SourceEvent> events = new ArrayList<>();
    for (SourceEvent e = queue.take(NO_TIME); e != null; e = queue.take(NO_TIME)) {
      events.add(e);
    }
    return events;
  }

  private void put(SourceEvent event) throws Exception {
    assertThat(queue.put(event)).isTrue();
  }

  @Test
  void events_come_out_in_their_order() throws Exception {
    SourceEvent.Part part = Frames.part("1", 0);
    put(part);
    put(new SourceEvent.FragmentEnd("1"));
    assertThat(queue.take()).isEqualTo(part);
    assertThat(queue.take()).isEqualTo(new SourceEvent.FragmentEnd("1"));
    assertThat(queue.take(NO_TIME)).isNull();
  }

  @Test
  void full_of_live_frames_the_oldest_are_dropped_up_to_a_keyframe_and_named_once()
      throws Exception {
    put(Frames.part("1", 0));
    put(Frames.part("1", 500));
    put(new SourceEvent.FragmentEnd("1"));
    put(Frames.part("2", 0));
    put(Frames.part("2", 500));
    put(Frames.part("3", 0));
    List<SourceEvent> events = rest();
    assertThat(dropped).hasValue(2);
    assertThat(events.getFirst())
        .isInstanceOfSatisfying(
            Gap.class,
            gap -> {
              assertThat(gap.reason()).isEqualTo(GapReason.OVERLOAD);
              assertThat(gap.from()).isEqualTo(Instant.ofEpochSecond(1));
              assertThat(gap.to()).isEqualTo(Instant.ofEpochSecond(2));
              assertThat(gap.detail()).contains("2 frames were dropped").contains("4 may wait");
            });
    assertThat(events)
        .hasSize(5)
        .contains(new SourceEvent.FragmentEnd("1"))
        .filteredOn(SourceEvent.Part.class::isInstance)
        .extracting(e -> ((SourceEvent.Part) e).number())
        .containsExactly("2", "2", "3");
  }

  @Test
  void with_no_keyframe_waiting_frames_are_dropped_until_one_comes() throws Exception {
    put(Frames.part("1", 0));
    for (int i = 1; i < 7; i++) {
      put(Frames.part("1", 100L * i));
    }
    assertThat(queue.take(NO_TIME)).as("how far it reaches is not known yet").isNull();
    put(Frames.part("2", 0));
    assertThat(dropped).hasValue(7);
    List<SourceEvent> events = rest();
    assertThat(events).hasSize(2);
    assertThat(((Gap) events.getFirst()).detail()).contains("7 frames");
    assertThat(((SourceEvent.Part) events.getLast()).number()).isEqualTo("2");
  }

  @Test
  void gaps_that_wait_are_never_dropped() throws Exception {
    Gap gap = new Gap(null, Instant.EPOCH, GapReason.NOT_KEPT, "gone");
    put(gap);
    for (int i = 0; i < 9; i++) {
      put(Frames.part(String.valueOf(i + 1), 0));
    }
    assertThat(rest()).contains(gap);
  }

  @Test
  void frames_read_to_catch_up_wait_for_room() throws Exception {
    for (int i = 0; i < 4; i++) {
      put(Frames.late("1", 100L * i));
    }
    AtomicBoolean taken = new AtomicBoolean();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                taken.set(queue.put(Frames.late("1", 400)));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Eventually.until(
        "the reader waits",
        Duration.ofSeconds(30),
        () -> reader.getState() == Thread.State.TIMED_WAITING);
    assertThat(taken).isFalse();
    assertThat(queue.take()).isInstanceOf(SourceEvent.Part.class);
    reader.join();
    assertThat(taken).isTrue();
    assertThat(dropped).hasValue(0);
  }

  @Test
  void live_frames_of_a_burst_wait_as_long_as_a_fragment_lasts() throws Exception {
    queue.fragmentsLast(Duration.ofHours(1));
    for (int i = 0; i < 4; i++) {
      put(Frames.part("1", 100L * i));
    }
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                assertThat(queue.put(Frames.part("1", 400))).isTrue();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Eventually.until(
        "the reader waits",
        Duration.ofSeconds(30),
        () -> reader.getState() == Thread.State.TIMED_WAITING);
    assertThat(rest()).hasSizeGreaterThanOrEqualTo(4);
    reader.join();
    assertThat(dropped).hasValue(0);
  }

  @Test
  void a_part_larger_than_the_queue_goes_in_alone() throws Exception {
    List<EncodedFrame> many = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      many.add(Frames.frame("1", 100L * i, i == 0));
    }
    put(new SourceEvent.Part("1", many, false));
    assertThat(queue.take()).isInstanceOf(SourceEvent.Part.class);
    assertThat(dropped).hasValue(0);
  }

  @Test
  void a_failure_is_told_after_what_waits() throws Exception {
    put(Frames.part("1", 0));
    queue.fail(new GetMediaStreamException("broken", false, null));
    assertThat(queue.take()).isInstanceOf(SourceEvent.Part.class);
    assertThatThrownBy(queue::take).hasMessage("broken");
    assertThatThrownBy(queue::take).hasMessage("broken");
  }

  @Test
  void closing_ends_both_sides() throws Exception {
    put(Frames.part("1", 0));
    queue.close();
    assertThat(queue.take()).isEqualTo(new SourceEvent.End());
    assertThat(queue.put(Frames.part("1", 100))).isFalse();
    assertThat(queue.put(new SourceEvent.FragmentEnd("1"))).isFalse();
  }
}
