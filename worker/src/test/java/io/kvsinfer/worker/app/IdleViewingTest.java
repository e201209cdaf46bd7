package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.MotionSettings;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.MotionZone;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A camera with nothing to see: ten frames and a keyframe a second, five looks. */
class IdleViewingTest {
  private static final int FPS = 10;
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;

  private final ScriptedSource source = new ScriptedSource();
  private final Recorder recorder = new Recorder();

  private static final class Recorder implements Viewing.Viewer {
    final List<Instant> looks = new ArrayList<>();
    final List<String> passed = new ArrayList<>();
    int idle;
    int busy;
    Predicate<Instant> engages = at -> false;
    private boolean engaged;

    @Override
    public void look(VideoFrame frame, boolean late) {
      for (int i = 0; i < busy; i++) {
        assertThat(frame.toBgr()).isNotEmpty();
      }
      looks.add(frame.time().capturedAt());
      passed.add("look " + frame.time().fragmentNumber());
      engaged = engages.test(frame.time().capturedAt());
    }

    @Override
    public void fragmentDone(String number, Instant capturedAt) {
      passed.add("done " + number + " " + Duration.between(Footage.T, capturedAt).toMillis());
    }

    @Override
    public void missing(SourceEvent.Gap gap) {}

    @Override
    public void overloaded(int step, int frames) {}

    @Override
    public void idle(int frames) {
      idle += frames;
    }

    @Override
    public boolean engaged() {
      return engaged;
    }

    @Override
    public void undecodable(String reason) {
      passed.add("undecodable");
    }
  }

  /** A yard with the noise of a sensor; something dark crosses it from second to second. */
  private static List<Fragment> yard(int seconds, double from, double to) throws Exception {
    Random random = new Random(3);
    byte[] noise = new byte[1 << 16];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) (random.nextInt(7) - 3);
    }
    return Footage.drawn(
        seconds,
        FPS,
        WIDTH,
        HEIGHT,
        Footage.T,
        i -> {
          byte[] bgr = new byte[3 * WIDTH * HEIGHT];
          double at = (double) i / FPS;
          int grain = random.nextInt(noise.length);
          int left = at >= from && at < to ? (int) (20 + 60 * (at - from)) : -1;
          for (int p = 0; p < WIDTH * HEIGHT; p++) {
            int x = p % WIDTH;
            int y = p / WIDTH;
            boolean inside = left >= 0 && x >= left && x < left + 24 && y >= 90 && y < 140;
            int grey = inside ? 40 : 100 + y / 4 + (x / 20 % 2) * 20;
            byte value = (byte) (grey + noise[(p + grain) % noise.length]);
            bgr[3 * p] = value;
            bgr[3 * p + 1] = value;
            bgr[3 * p + 2] = value;
          }
          return bgr;
        });
  }

  private static MotionGate gate(double heartbeat) {
    return gate(heartbeat, "");
  }

  private static MotionGate gate(double heartbeat, String settings) {
    MotionZone zone = MotionZone.of(Cameras.camera(settings));
    return new MotionGate(new MotionSettings(true, 0.5, heartbeat), 5, zone);
  }

  private Recorder view(List<Fragment> fragments, MotionGate gate) throws Exception {
    source.then(fragments).then(new SourceEvent.End());
    new Viewing("yard", source, new Sampler(SampleGrid.of(5)), gate, true, recorder).run();
    return recorder;
  }

  private List<Double> seconds() {
    return recorder.looks.stream()
        .map(t -> Duration.between(Footage.T, t).toMillis() / 1000.0)
        .toList();
  }

  private List<Double> between(double from, double to) {
    return seconds().stream().filter(s -> s >= from && s < to).toList();
  }

  @AfterEach
  void nothing_native_is_left() {
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void an_empty_yard_is_looked_at_by_heartbeat_alone_once_it_is_known() throws Exception {
    view(yard(36, -1, -1), gate(10));
    assertThat(between(0, 4)).hasSize(20);
    assertThat(between(4, 36)).containsExactly(10.0, 20.0, 30.0);
    assertThat(recorder.looks.size() + recorder.idle).isEqualTo(36 * 5);
  }

  @Test
  void what_moves_brings_every_look_back_from_its_own_group_of_pictures_on() throws Exception {
    view(yard(30, 15.5, 18.5), gate(10));
    assertThat(between(11, 15)).isEmpty();
    // No later than the next keyframe, and from then on all of them.
    assertThat(between(16, 18.5)).hasSize(13);
    // Where it was is still being learned; then the camera is awake for a while, and sleeps.
    assertThat(between(18.5, 22)).hasSize(17);
    assertThat(between(28, 30)).isEmpty();
  }

  @Test
  void every_fragment_is_done_once_and_in_order() throws Exception {
    view(yard(16, 8.5, 9.5), gate(10));
    List<String> done = recorder.passed.stream().filter(p -> p.startsWith("done")).toList();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      // Awake, nothing is decoded after the last frame of the grid; asleep, all of it is known.
      boolean asleep = i > 4 && i < 10;
      expected.add("done " + i + " " + (i * 1000 - (asleep ? 100 : 200)));
    }
    assertThat(done).isEqualTo(expected);
    assertThat(recorder.looks).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void the_same_media_gives_the_same_looks_however_slowly_it_is_looked_at() throws Exception {
    List<Fragment> fragments = yard(20, 9.2, 11);
    view(fragments, gate(5));
    ScriptedSource again = new ScriptedSource();
    Recorder slow = new Recorder();
    slow.busy = 50;
    again.then(fragments).then(new SourceEvent.End());
    new Viewing("yard", again, new Sampler(SampleGrid.of(5)), gate(5), true, slow).run();
    assertThat(slow.looks).isEqualTo(recorder.looks);
    assertThat(slow.passed).isEqualTo(recorder.passed);
  }

  @Test
  void what_a_detector_follows_keeps_a_camera_awake_from_the_heartbeat_that_showed_it()
      throws Exception {
    recorder.engages =
        at -> {
          double s = Duration.between(Footage.T, at).toMillis() / 1000.0;
          return s >= 10 && s < 13;
        };
    view(yard(20, -1, -1), gate(10));
    assertThat(between(5, 10)).isEmpty();
    assertThat(between(10, 13)).hasSize(15);
    assertThat(between(15, 20)).isEmpty();
  }

  @Test
  void frames_that_come_one_by_one_give_the_same_looks() throws Exception {
    List<Fragment> fragments = yard(20, 9.2, 11);
    view(fragments, gate(5));
    List<SourceEvent> parts = new ArrayList<>();
    for (Fragment fragment : fragments) {
      String number = String.valueOf(fragment.number());
      for (EncodedFrame frame : fragment.frames()) {
        parts.add(new SourceEvent.Part(number, List.of(frame), false));
      }
      parts.add(new SourceEvent.FragmentEnd(number));
    }
    ScriptedSource again = new ScriptedSource();
    Recorder second = new Recorder();
    again.then(parts).then(new SourceEvent.End());
    new Viewing("yard", again, new Sampler(SampleGrid.of(5)), gate(5), true, second).run();
    assertThat(second.looks).isEqualTo(recorder.looks);
    assertThat(second.idle).isEqualTo(recorder.idle);
  }

  @Test
  void motion_behind_a_mask_wakes_nobody() throws Exception {
    view(
        yard(20, 9.5, 12.5),
        gate(
            10,
            "regions: [{name: road, kind: mask, polygon: [[0, 0.4], [1, 0.4], [1, 1], [0, 1]]}]"));
    assertThat(between(5, 20)).containsExactly(10.0);
  }

  @Test
  void a_long_group_of_pictures_is_looked_into_when_a_look_is_overdue() throws Exception {
    List<Fragment> seconds = yard(24, -1, -1);
    List<EncodedFrame> frames = new ArrayList<>();
    for (int i = 4; i < 24; i++) {
      for (EncodedFrame f : seconds.get(i).frames()) {
        FrameTime t = f.time();
        boolean key = t.keyframe() && i == 4;
        frames.add(
            new EncodedFrame(
                f.track(),
                f.data(),
                new FrameTime(
                    t.capturedAt(), null, "5", (i - 4) * 1000L + t.offsetMs(), key, key)));
      }
    }
    List<Fragment> all = new ArrayList<>(seconds.subList(0, 4));
    all.add(new Fragment("5", frames, false));
    view(all, gate(5));
    assertThat(between(4, 24)).containsExactly(11.3, 18.8);
  }
}
