package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewingTest {
  private static final SourceEvent END = new SourceEvent.End();

  private final ScriptedSource source = new ScriptedSource();
  private final Recorder recorder = new Recorder();
  private final AtomicLong clock = new AtomicLong();
  private long clockStep;

  /** What a viewer is told. */
  private static class Recorder implements Viewing.Viewer {
    final List<Instant> looks = new ArrayList<>();
    final List<Boolean> late = new ArrayList<>();
    final List<String> passed = new ArrayList<>();
    final List<Integer> overloads = new ArrayList<>();
    final List<Integer> steps = new ArrayList<>();

    @Override
    public void look(VideoFrame frame, boolean isLate) {
      looks.add(frame.time().capturedAt());
      late.add(isLate);
      passed.add("look " + frame.time().fragmentNumber());
    }

    @Override
    public void fragmentDone(String number, Instant capturedAt) {
      passed.add("done " + number);
    }

    @Override
    public void missing(SourceEvent.Gap gap) {
      passed.add("gap " + gap.reason());
    }

    @Override
    public void overloaded(int step, int frames) {
      steps.add(step);
      overloads.add(frames);
    }

    @Override
    public void undecodable(String reason) {
      passed.add("undecodable");
    }
  }

  private Viewing viewing(boolean lossless, Viewing.Viewer viewer) {
    // time stands still but where a test makes it pass, whenever it is asked for
    return new Viewing(
        "yard",
        source,
        new Sampler(SampleGrid.of(5)),
        null,
        lossless,
        viewer,
        () -> clock.getAndAdd(clockStep));
  }

  /** Every other frame of ten a second. */
  private static List<Instant> everyOther(List<Fragment> fragments) {
    List<Instant> times = new ArrayList<>();
    for (Fragment fragment : fragments) {
      List<Instant> all = Footage.times(fragment);
      for (int i = 0; i < all.size(); i += 2) {
        times.add(all.get(i));
      }
    }
    return times;
  }

  @AfterEach
  void nothing_native_is_left() {
    assertThat(source.isClosed()).isTrue();
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void every_frame_of_the_grid_is_looked_at_in_order_and_a_fragment_is_done_after_its_last()
      throws Exception {
    List<Fragment> fragments = Footage.plain(3, 10, Footage.T);
    source.then(fragments).then(END);
    viewing(true, recorder).run();
    assertThat(recorder.looks).isEqualTo(everyOther(fragments));
    assertThat(recorder.passed)
        .containsExactly(
            "look 1", "look 1", "look 1", "look 1", "look 1", "done 1", "look 2", "look 2",
            "look 2", "look 2", "look 2", "done 2", "look 3", "look 3", "look 3", "look 3",
            "look 3", "done 3");
    assertThat(recorder.overloads).isEmpty();
  }

  /** As GetMedia brings it: each frame when it comes, then the fragment's end. */
  private static List<SourceEvent> inParts(Fragment fragment) {
    String number = String.valueOf(fragment.number());
    List<SourceEvent> events = new ArrayList<>();
    fragment.frames().forEach(f -> events.add(new SourceEvent.Part(number, List.of(f), false)));
    events.add(new SourceEvent.FragmentEnd(number));
    return events;
  }

  @Test
  void frames_that_come_one_by_one_are_looked_at_as_those_of_whole_fragments() throws Exception {
    List<Fragment> fragments = Footage.plain(3, 10, Footage.T);
    fragments.forEach(f -> source.then(inParts(f)));
    source.then(END);
    viewing(true, recorder).run();
    assertThat(recorder.looks).isEqualTo(everyOther(fragments));
    assertThat(recorder.passed.stream().filter(p -> p.startsWith("done")))
        .containsExactly("done 1", "done 2", "done 3");
  }

  @Test
  void a_fragment_whose_end_never_came_is_not_done_at_the_end() throws Exception {
    List<Fragment> fragments = Footage.plain(2, 10, Footage.T);
    source.then(inParts(fragments.getFirst()));
    source.then(inParts(fragments.getLast()).subList(0, 4)).then(END);
    viewing(true, recorder).run();
    assertThat(recorder.passed.stream().filter(p -> p.startsWith("done")))
        .containsExactly("done 1");
    assertThat(recorder.passed).endsWith("look 2", "look 2");
  }

  @Test
  void behind_on_frames_that_come_one_by_one_only_keyframes_are_looked_at_until_it_caught_up()
      throws Exception {
    List<Fragment> fragments = Footage.plain(12, 10, Footage.T);
    CountDownLatch allRead = new CountDownLatch(1);
    Recorder slow =
        new Recorder() {
          @Override
          public void look(VideoFrame frame, boolean isLate) {
            await(allRead);
            super.look(frame, isLate);
          }
        };
    fragments.forEach(f -> source.then(inParts(f)));
    Viewing viewing = viewing(false, slow);
    Background<Boolean> run =
        Background.start(() -> {
          viewing.run();
          return true;
        });
    source.awaitIdle();
    source.then(END);
    allRead.countDown();
    assertThat(run.get()).isTrue();
    for (int i = 3; i < 10; i++) {
      List<Instant> times = Footage.times(fragments.get(i));
      assertThat(slow.looks).contains(times.getFirst()).doesNotContain(times.get(2), times.get(4));
    }
    List<Instant> last = Footage.times(fragments.getLast());
    assertThat(slow.looks).contains(last.get(8));
    assertThat(slow.steps).contains(2).containsSubsequence(2, 0).endsWith(0);
    assertThat(slow.overloads).isNotEmpty();
    assertThat(slow.overloads.getLast()).isZero();
  }

  @Test
  void fragments_that_wait_for_long_are_looked_at_on_every_other_frame_of_the_grid()
      throws Exception {
    List<Fragment> fragments = Footage.plain(4, 10, Footage.T);
    clockStep = 3_000_000_000L;
    Recorder slow =
        new Recorder() {
          private String newest = "";

          @Override
          public void look(VideoFrame frame, boolean isLate) {
            super.look(frame, isLate);
            String number = String.valueOf(frame.time().fragmentNumber());
            if (!number.equals(newest)) { // the next one comes meanwhile
              newest = number;
              int next = Integer.parseInt(number);
              source.then(next < fragments.size() ? fragments.get(next) : END);
            }
          }
        };
    source.then(fragments.getFirst());
    viewing(false, slow).run();
    for (Fragment fragment : fragments) {
      List<Instant> times = Footage.times(fragment);
      assertThat(slow.looks.stream().filter(times::contains).count()).isBetween(2L, 3L);
    }
    assertThat(slow.looks).hasSize(10).isSubsetOf(everyOther(fragments));
    assertThat(slow.steps).hasSize(4).containsOnly(1);
    assertThat(slow.overloads.stream().mapToInt(n -> n).sum()).isEqualTo(10);
    assertThat(slow.passed).last().isEqualTo("done 4");
  }

  @Test
  void a_live_camera_that_keeps_up_leaves_nothing_out() throws Exception {
    List<Fragment> fragments = Footage.plain(4, 10, Footage.T);
    // The next fragment comes when the one before has been looked at.
    Recorder asksForMore =
        new Recorder() {
          private int next = 1;

          @Override
          public void look(VideoFrame frame, boolean isLate) {
            super.look(frame, isLate);
            if (looks.size() % 5 == 0) {
              source.then(next < fragments.size() ? fragments.get(next++) : END);
            }
          }
        };
    source.then(fragments.getFirst());
    viewing(false, asksForMore).run();
    assertThat(asksForMore.looks).isEqualTo(everyOther(fragments));
    assertThat(asksForMore.overloads).isEmpty();
  }

  @Test
  void a_camera_that_falls_behind_looks_at_keyframes_off_the_grid_too_and_counts_the_rest()
      throws Exception {
    // Each keyframe is the second frame of its slot: on the grid lies none but the first.
    List<Fragment> fragments = Footage.plain(12, 10, Footage.T.plusMillis(100));
    CountDownLatch allRead = new CountDownLatch(1);
    Recorder slow =
        new Recorder() {
          @Override
          public void look(VideoFrame frame, boolean isLate) {
            await(allRead);
            super.look(frame, isLate);
          }
        };
    source.then(fragments);
    Viewing viewing = viewing(false, slow);
    Background<Boolean> run =
        Background.start(() -> {
          viewing.run();
          return true;
        });
    source.awaitIdle();
    source.then(END);
    allRead.countDown();
    assertThat(run.get()).isTrue();
    // While the first frames wait to be looked at, one fragment at most is decoded ahead.
    for (int i = 3; i < 10; i++) {
      List<Instant> times = Footage.times(fragments.get(i));
      assertThat(slow.looks)
          .contains(times.getFirst())
          .doesNotContainAnyElementsOf(times.subList(1, 10));
    }
    assertThat(slow.looks).containsSubsequence(Footage.times(fragments.getLast()).subList(9, 10));
    assertThat(slow.looks).isSorted();
    assertThat(slow.overloads.subList(0, slow.overloads.size() - 1)).hasSizeGreaterThan(6);
    assertThat(slow.overloads.subList(2, 8)).containsOnly(5);
    assertThat(slow.overloads).last().isEqualTo(0);
    assertThat(slow.passed).last().isEqualTo("done 12");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_is_caught_up_is_late_and_is_not_left_out() throws Exception {
    List<Fragment> fragments =
        Footage.plain(6, 10, Footage.T).stream()
            .map(f -> new Fragment(f.number(), f.frames(), true))
            .toList();
    source.then(fragments).then(END);
    viewing(false, recorder).run();
    assertThat(recorder.looks).isEqualTo(everyOther(fragments));
    assertThat(recorder.late).containsOnly(true);
    assertThat(recorder.overloads).isEmpty();
  }

  @Test
  void a_fragment_is_late_or_live_on_its_own() throws Exception {
    List<Fragment> fragments = Footage.plain(3, 10, Footage.T);
    Fragment second = new Fragment("2", fragments.get(1).frames(), true);
    source.then(List.of(fragments.get(0), second, fragments.get(2), END));
    viewing(true, recorder).run();
    assertThat(recorder.late.subList(0, 5)).containsOnly(false);
    assertThat(recorder.late.subList(5, 10)).containsOnly(true);
    assertThat(recorder.late.subList(10, 15)).containsOnly(false);
  }

  @Test
  void a_gap_keeps_its_place() throws Exception {
    List<Fragment> fragments = Footage.plain(2, 10, Footage.T);
    SourceEvent gap =
        new SourceEvent.Gap(Footage.T, Footage.T.plusSeconds(2), GapReason.NOT_KEPT, "gone");
    source.then(List.of(gap, fragments.get(0), fragments.get(1), END));
    viewing(true, recorder).run();
    assertThat(recorder.passed).startsWith("gap NOT_KEPT", "look 1").endsWith("done 2");
    assertThat(Viewing.seconds((SourceEvent.Gap) gap)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_the_source_left_out_shows_for_a_while_and_all_that_came_is_looked_at(boolean inParts)
      throws Exception {
    List<Fragment> fragments = Footage.plain(8, 10, Footage.T);
    var gap =
        new SourceEvent.Gap(Footage.T, Footage.T, 1, SourceEvent.GapReason.OVERLOAD, "too slow");
    source.then(gap);
    fragments.forEach(f -> source.then(inParts ? inParts(f) : List.of(f)));
    source.then(END);
    viewing(true, recorder).run();
    assertThat(recorder.steps).startsWith(3).containsOnly(3, 0).endsWith(0).isNotEmpty();
    assertThat(recorder.steps.stream().filter(step -> step == 0)).hasSize(1);
    assertThat(recorder.overloads).containsOnly(0);
    assertThat(recorder.looks).isEqualTo(everyOther(fragments));
  }

  @Test
  void a_frame_that_cannot_be_decoded_is_told_and_passed_over() throws Exception {
    List<Fragment> fragments = Footage.plain(2, 10, Footage.T);
    List<EncodedFrame> frames = new ArrayList<>(fragments.getFirst().frames());
    EncodedFrame broken = frames.get(4);
    frames.set(4, new EncodedFrame(broken.track(), new byte[0], broken.time()));
    source.then(List.of(new Fragment("1", frames, false), fragments.get(1), END));
    viewing(true, recorder).run();
    List<Instant> expected = everyOther(fragments);
    expected.remove(broken.time().capturedAt());
    assertThat(recorder.looks).isEqualTo(expected);
    assertThat(recorder.passed).contains("undecodable").endsWith("done 2");
  }

  @Test
  void a_source_that_gives_up_is_told_after_everything_it_gave() throws Exception {
    List<Fragment> fragments = Footage.plain(1, 10, Footage.T);
    FrameSourceException gaveUp = new HlsStreamException("gave up", false, null);
    source.then(List.of(fragments.getFirst(), gaveUp));
    assertThatThrownBy(() -> viewing(true, recorder).run()).isSameAs(gaveUp);
    assertThat(recorder.looks).isEqualTo(everyOther(fragments));
    assertThat(recorder.passed).endsWith("done 1");
  }

  @Test
  void a_viewer_that_fails_ends_it() throws Exception {
    source.then(Footage.plain(3, 10, Footage.T));
    Recorder failing =
        new Recorder() {
          @Override
          public void look(VideoFrame frame, boolean isLate) {
            throw new IllegalStateException("the spool takes no events");
          }
        };
    assertThatThrownBy(() -> viewing(true, failing).run()).hasMessage("the spool takes no events");
  }

  @Test
  void stop_ends_a_viewing_that_waits_for_media() throws Exception {
    Viewing viewing = viewing(false, recorder);
    Background<Boolean> run =
        Background.start(() -> {
          viewing.run();
          return true;
        });
    source.awaitIdle();
    viewing.stop();
    assertThat(run.get()).isTrue();
    assertThat(recorder.passed).isEmpty();
  }

  @Test
  void stop_gives_up_what_was_not_looked_at() throws Exception {
    source.then(Footage.plain(6, 10, Footage.T));
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Recorder busy =
        new Recorder() {
          @Override
          public void look(VideoFrame frame, boolean isLate) {
            super.look(frame, isLate);
            looking.countDown();
            await(stopped);
          }
        };
    Viewing viewing = viewing(true, busy);
    Background<Boolean> run =
        Background.start(() -> {
          viewing.run();
          return true;
        });
    looking.await();
    viewing.stop();
    stopped.countDown();
    assertThat(run.get()).isTrue();
    assertThat(busy.passed).containsExactly("look 1");
  }

  @Test
  void stop_before_the_start_ends_it_at_once() throws Exception {
    source.then(Footage.plain(1, 10, Footage.T));
    Viewing viewing = viewing(false, recorder);
    viewing.stop();
    viewing.run();
    assertThat(recorder.passed).isEmpty();
  }
}
