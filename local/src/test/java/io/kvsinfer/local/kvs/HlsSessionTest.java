package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.local.kvs.HlsRequest.Discontinuities;
import io.kvsinfer.local.kvs.HlsRequest.Mode;
import io.kvsinfer.local.kvs.HlsSession.Entry;
import io.kvsinfer.local.kvs.HlsSession.Window;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HlsSessionTest {
  private final VideoStream stream = Made.stream();
  private Instant now = Made.NOON;

  private HlsSession session(Mode mode, Discontinuities marks, int most) {
    Instant start = mode == Mode.LIVE ? null : Made.NOON.plusSeconds(4);
    Instant end = mode == Mode.ON_DEMAND ? Made.NOON.plusSeconds(10) : null;
    return session(mode, marks, most, start, end);
  }

  private HlsSession session(
      Mode mode, Discontinuities marks, int most, @Nullable Instant start, @Nullable Instant end) {
    var request =
        new HlsRequest(
            mode,
            TimestampType.PRODUCER_TIMESTAMP,
            start,
            end,
            marks,
            true,
            Duration.ofMinutes(5),
            most);
    return new HlsSession("CiC~", stream, request, Made.NOON.plusSeconds(300));
  }

  private List<Long> seconds(Window window) {
    return window.entries().stream()
        .map(e -> Duration.between(Made.NOON, e.timestamp()).toSeconds())
        .toList();
  }

  @Test
  void live_shows_the_newest_fragments_and_moves_with_the_stream() {
    for (int at = 0; at < 14; at += 2) {
      Made.put(stream, at, 2);
    }
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 3);

    assertThat(seconds(live.refresh(now))).containsExactly(8L, 10L, 12L);
    Made.put(stream, 14, 2);
    Window moved = live.refresh(now);

    assertThat(seconds(moved)).containsExactly(10L, 12L, 14L);
    assertThat(moved.entries()).extracting(Entry::sequence).containsExactly(1L, 2L, 3L);
    assertThat(moved.entries().getFirst().marksBefore()).isEqualTo(1);
    assertThat(moved.complete()).isFalse();
  }

  @Test
  void live_grows_from_few_fragments_to_as_many_as_asked_for() {
    Made.put(stream, 0, 2);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 3);

    assertThat(seconds(live.refresh(now))).containsExactly(0L);
    Made.put(stream, 2, 2);
    assertThat(seconds(live.refresh(now))).containsExactly(0L, 2L);
    assertThat(seconds(live.refresh(now))).containsExactly(0L, 2L);
  }

  @Test
  void live_never_fills_in_what_came_late() {
    Made.put(stream, 10, 2);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 5);
    assertThat(seconds(live.refresh(now))).containsExactly(10L);

    Made.put(stream, 6, 2);
    Made.put(stream, 12, 2);

    assertThat(seconds(live.refresh(now))).containsExactly(10L, 12L);
  }

  @Test
  void live_that_stands_still_shows_the_same_again() {
    Made.put(stream, 0, 2);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 5);
    assertThat(live.refresh(now)).isEqualTo(live.refresh(now.plusSeconds(100)));
  }

  @Test
  void on_demand_shows_what_starts_in_the_range_and_is_complete() {
    for (int at = 0; at < 14; at += 2) {
      Made.put(stream, at, 2);
    }
    Window window = session(Mode.ON_DEMAND, Discontinuities.NEVER, 1000).refresh(now);

    assertThat(seconds(window)).containsExactly(4L, 6L, 8L, 10L);
    assertThat(window.complete()).isTrue();
    assertThat(window.entries()).noneMatch(Entry::discontinuity);
  }

  @Test
  void on_demand_shows_the_oldest_of_a_range_with_too_many() {
    for (int at = 0; at < 14; at += 2) {
      Made.put(stream, at, 2);
    }
    Window window = session(Mode.ON_DEMAND, Discontinuities.NEVER, 2).refresh(now);
    assertThat(seconds(window)).containsExactly(4L, 6L);
  }

  @Test
  void live_replay_starts_at_its_time_and_adds_a_fragment_as_its_duration_elapses() {
    for (int at = 0; at < 14; at += 2) {
      Made.put(stream, at, 2);
    }
    HlsSession replay = session(Mode.LIVE_REPLAY, Discontinuities.ALWAYS, 2);

    assertThat(seconds(replay.refresh(now))).containsExactly(4L, 6L);
    assertThat(seconds(replay.refresh(now.plusMillis(1900)))).containsExactly(4L, 6L);
    assertThat(seconds(replay.refresh(now.plusMillis(2000)))).containsExactly(6L, 8L);
    assertThat(seconds(replay.refresh(now.plusMillis(4500)))).containsExactly(8L, 10L);
    assertThat(seconds(replay.refresh(now.plusSeconds(60)))).contains(12L);
    Made.put(stream, 14, 2);
    assertThat(seconds(replay.refresh(now.plusSeconds(62)))).containsExactly(12L, 14L);
  }

  @Test
  void live_replay_with_room_for_all_begins_with_everything_up_to_now() {
    for (int at = 0; at < 14; at += 2) {
      Made.put(stream, at, 2);
    }
    HlsSession replay = session(Mode.LIVE_REPLAY, Discontinuities.ALWAYS, 1000);
    assertThat(seconds(replay.refresh(now))).containsExactly(4L, 6L, 8L, 10L, 12L);
  }

  @Test
  void a_new_track_brings_a_mark_and_an_init_segment_of_its_own_even_without_marks() {
    Made.put(stream, 0, 2);
    HlsSession live = session(Mode.LIVE, Discontinuities.NEVER, 5);
    live.refresh(now);
    Made.put(stream, 2, 2, Made.OTHER_TRACK);

    Entry changed = live.refresh(now).entries().getLast();

    assertThat(changed.newTrack()).isTrue();
    assertThat(changed.discontinuity()).isTrue();
    assertThat(live.entry(0)).map(Entry::track).hasValue(Made.TRACK);
    assertThat(live.entry(1)).map(Entry::track).hasValue(Made.OTHER_TRACK);
    assertThat(live.newest()).hasValue(changed);
  }

  @Test
  void on_discontinuity_marks_gaps_above_50_ms_only() {
    Made.put(stream, 0, 2);
    Made.put(stream, 2.04, 2);
    Made.put(stream, 4.2, 2);
    Window window = session(Mode.LIVE, Discontinuities.ON_DISCONTINUITY, 5).refresh(now);
    assertThat(window.entries())
        .extracting(Entry::discontinuity)
        .containsExactly(false, false, true);
  }

  @Test
  void of_fragments_with_one_producer_time_the_archive_shows_the_later_number() {
    Made.put(stream, 4, 2);
    Fragment again = Made.put(stream, 4, 2);
    Window window = session(Mode.ON_DEMAND, Discontinuities.NEVER, 9).refresh(now);
    assertThat(window.entries()).extracting(Entry::number).containsExactly(again.number());
  }

  @Test
  void server_times_of_a_stream_rise_even_when_fragments_come_at_once() {
    var sample = List.of(new Sample(new byte[1], 0, 0, true));
    Fragment first = stream.ingest(now, now, now, Made.TRACK, sample, 1_000_000);
    Fragment second = stream.ingest(now, now, now, Made.TRACK, sample, 1_000_000);
    assertThat(second.serverTimestamp()).isEqualTo(first.serverTimestamp().plusMillis(1));
  }

  @Test
  void the_timeline_counts_from_the_first_fragment_shown() {
    Fragment first = Made.put(stream, 4, 2);
    Fragment second = Made.put(stream, 6.5, 2);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 5);
    live.refresh(now);
    assertThat(live.timelineUs(first)).isZero();
    assertThat(live.timelineUs(second)).isEqualTo(2_500_000);
  }

  @Test
  void keyframes_keep_their_distance_however_far_frames_are_out_of_order() {
    Fragment first = reordered(0, 80_000);
    Fragment second = reordered(2, 120_000);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 5);
    live.refresh(now);
    assertThat(live.timelineUs(first)).isEqualTo(80_000);
    assertThat(live.timelineUs(second)).isEqualTo(2_080_000);
  }

  private Fragment reordered(int seconds, long lateUs) {
    Instant time = Made.NOON.plusSeconds(seconds);
    List<Sample> samples =
        List.of(
            new Sample(new byte[1], -lateUs, 0, true), new Sample(new byte[1], 0, 40_000, false));
    return stream.ingest(time, time, time, Made.TRACK, samples, 2_000_000);
  }

  @Test
  void playlists_have_the_tags_of_kvs_in_their_order() throws Exception {
    Fragment first = Made.put(stream, 0.994, 2.663);
    Fragment second = Made.put(stream, 3.656, 2.68);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 5);

    assertThat(Playlists.media(live, live.refresh(now)))
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:3
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-DISCONTINUITY
            #EXT-X-MAP:URI="getMP4InitFragment.mp4?SessionToken=CiC~&TrackNumber=1&SequenceNumber=0"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-21T12:00:00.994Z
            #EXTINF:2.663,
            getMP4MediaFragment.mp4?FragmentNumber=%s&SessionToken=CiC~&TrackNumber=1&SequenceNumber=0
            #EXT-X-DISCONTINUITY
            #EXT-X-PROGRAM-DATE-TIME:2026-11-21T12:00:03.656Z
            #EXTINF:2.68,
            getMP4MediaFragment.mp4?FragmentNumber=%s&SessionToken=CiC~&TrackNumber=1&SequenceNumber=1
            """
                .formatted(first.number(), second.number()));
    assertThat(Playlists.master(live, first))
        .isEqualTo(
            """
            #EXTM3U
            #EXT-X-VERSION:1
            #EXT-X-STREAM-INF:CODECS="avc1.4d4032",RESOLUTION=2592x1944,FRAME-RATE=0.75,BANDWIDTH=451
            getHLSMediaPlaylist.m3u8?SessionToken=CiC~&TrackNumber=1
            """);
  }

  @Test
  void the_tags_are_those_of_a_playlist_that_kvs_wrote() throws Exception {
    List<String> real = Files.readAllLines(TestMedia.require("hls/kvs_live_media.m3u8"));
    Made.put(stream, 0.994, 2.663);
    Made.put(stream, 3.656, 2.68);
    Made.put(stream, 6.4, 3.9);
    HlsSession live = session(Mode.LIVE, Discontinuities.ALWAYS, 5);
    List<String> ours = Playlists.media(live, live.refresh(now)).lines().toList();

    assertThat(ours.subList(0, real.size()))
        .map(HlsSessionTest::tag)
        .isEqualTo(real.stream().map(HlsSessionTest::tag).toList());
  }

  private static String tag(String line) {
    return line.startsWith("#") ? line.replaceAll(":.*", "") : line.replaceAll("\\?.*", "");
  }
}
