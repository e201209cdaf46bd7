package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClipFeedTest {
  private static final ClipFeed.Options AT_ONCE =
      ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY).withStartAt(Made.NOON);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final VideoStream stream =
      new VideoStream(
          "yard", "arn", Made.NOON, new VideoStream.Description("v", "", "", 24), 64 << 20);

  @Test
  void a_clip_is_cut_at_its_keyframes_and_stamped_by_its_media_time() throws Exception {
    try (ClipFeed feed =
        ClipFeed.start(stream, house(), AT_ONCE, InstantSource.system(), stream -> List.of())) {
      Eventually.until("ended", PATIENCE, feed::ended);
      List<Fed> fed = feed.fed();

      assertThat(fed).hasSize(10);
      assertThat(fed.get(1).clipSeconds()).isEqualTo(3.003003);
      assertThat(fed.get(1).producerTimestamp()).isEqualTo(Made.NOON.plusMillis(3003));
      assertThat(stream.fragments().all())
          .extracting(Fragment::number)
          .isEqualTo(fed.stream().map(Fed::fragmentNumber).toList());
      assertThat(stream.fragments().all())
          .allSatisfy(f -> {
            assertThat(f.samples().getFirst().keyframe()).isTrue();
            assertThat(f.samples().getFirst().presentUs()).isZero();
          });
      assertThat(stream.fragments().all().getFirst().durationUs()).isEqualTo(3_003_003);
    }
  }

  @Test
  void a_loop_goes_on_without_a_gap() throws Exception {
    var looping = ClipFeed.Options.looping().withSpeed(400).withStartAt(Made.NOON);
    ClipFeed feed =
        ClipFeed.start(stream, house(), looping, InstantSource.system(), stream -> List.of());
    try (feed) {
      Eventually.until("a third loop", PATIENCE, () -> feed.fed().size() > 20);
    }
    Fed second = feed.fed().get(10);

    assertThat(second.loop()).isEqualTo(1);
    assertThat(second.clipSeconds()).isZero();
    assertThat(Duration.between(Made.NOON, second.producerTimestamp()))
        .isBetween(Duration.ofMillis(29_990), Duration.ofMillis(30_000));
    assertThat(feed.ended()).isTrue();
  }

  @Test
  void real_time_is_kept_by_the_clock() throws Exception {
    Instant before = Instant.now();
    var threefold = ClipFeed.Options.once().withSpeed(3);
    try (ClipFeed feed =
        ClipFeed.start(stream, house(), threefold, InstantSource.system(), stream -> List.of())) {
      Eventually.until("one fragment", PATIENCE, () -> feed.fed().size() == 1);
      assertThat(Duration.between(before, Instant.now()))
          .isBetween(Duration.ofMillis(1000), Duration.ofMillis(2500));
      Fragment first = stream.fragments().all().getFirst();
      assertThat(first.producerTimestamp()).isBetween(before.minusMillis(1), before.plusSeconds(1));
      assertThat(first.serverTimestamp()).isBetween(before.minusMillis(1), before.plusSeconds(1));
    }
  }

  @Test
  void a_stalled_feed_leaves_a_gap_in_time_but_none_in_the_clip() throws Exception {
    var fast = ClipFeed.Options.once().withSpeed(60);
    try (ClipFeed feed =
        ClipFeed.start(stream, house(), fast, InstantSource.system(), stream -> List.of())) {
      Eventually.until("one fragment", PATIENCE, () -> !feed.fed().isEmpty());
      feed.stall();
      Instant stalled = Instant.now();
      Eventually.until("a while", PATIENCE, () -> Instant.now().isAfter(stalled.plusMillis(400)));
      int before = feed.fed().size();
      feed.resume();
      Eventually.until("ended", PATIENCE, feed::ended);

      Fed last = feed.fed().get(before - 1);
      Fed next = feed.fed().get(before);
      Duration media =
          Duration.ofMillis(Math.round((next.clipSeconds() - last.clipSeconds()) * 1000));
      assertThat(feed.fed()).hasSize(10);
      assertThat(Duration.between(last.producerTimestamp(), next.producerTimestamp()))
          .isGreaterThan(media.plusMillis(200));
    }
  }

  @Test
  void a_clip_with_long_distances_between_keyframes_is_cut_only_there() throws Exception {
    var long3 =
        new ClipFeed.Options(false, Double.POSITIVE_INFINITY, Duration.ofSeconds(4), Made.NOON);
    try (ClipFeed feed =
        ClipFeed.start(stream, house(), long3, InstantSource.system(), stream -> List.of())) {
      Eventually.until("ended", PATIENCE, feed::ended);
      assertThat(feed.fed())
          .extracting(f -> Math.round(f.clipSeconds()))
          .containsExactly(0L, 6L, 12L, 18L, 24L);
    }
  }

  @Test
  void what_is_no_video_is_refused_at_the_start(@TempDir Path dir) throws Exception {
    Path text = Files.writeString(dir.resolve("notes.mp4"), "nothing to see");
    assertThatThrownBy(() ->
            ClipFeed.start(stream, text, AT_ONCE, InstantSource.system(), stream -> List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot play")
        .hasMessageContaining("notes.mp4");
    assertThatThrownBy(() -> AT_ONCE.withSpeed(0)).hasMessageContaining("must be > 0");
    assertThatThrownBy(() -> new ClipFeed.Options(true, 1, Duration.ofSeconds(30), null))
        .hasMessageContaining("must be 1 s to 20 s");
  }

  private static Path house() {
    return TestMedia.require("video/house6.mp4");
  }
}
