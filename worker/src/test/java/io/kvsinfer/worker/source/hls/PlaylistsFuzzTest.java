package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.worker.source.HlsStreamException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Playlists as KVS writes them, changed at random: read, or refused by the reader's own exceptions
 * without the token, and never leading to another host. {@code -Dkvsinfer.fuzz.inputs} and {@code
 * -Dkvsinfer.fuzz.seed} make it longer or another.
 */
class PlaylistsFuzzTest {
  private static final long INPUTS = Long.getLong("kvsinfer.fuzz.inputs", 10_000);
  private static final long SEED = Long.getLong("kvsinfer.fuzz.seed", 1);
  private static final URI AT =
      URI.create("https://b-1.kinesisvideo.example/hls/v1/p.m3u8?SessionToken=S3cret");

  private static final String MEDIA =
      """
      #EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-TARGETDURATION:4
      #EXT-X-MEDIA-SEQUENCE:17
      #EXT-X-DISCONTINUITY-SEQUENCE:3
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-DISCONTINUITY
      #EXT-X-MAP:URI="getMP4InitFragment.mp4?SessionToken=S3cret&TrackNumber=1&SequenceNumber=0"
      #EXT-X-PROGRAM-DATE-TIME:2023-05-17T13:48:35.994Z
      #EXTINF:2.663,
      getMP4MediaFragment.mp4?FragmentNumber=91343852333181&SessionToken=S3cret&TrackNumber=1
      #EXT-X-DISCONTINUITY
      #EXT-X-PROGRAM-DATE-TIME:2023-05-17T13:48:38.656Z
      #EXTINF:2.68,
      getMP4MediaFragment.mp4?FragmentNumber=91343852333182&SessionToken=S3cret&TrackNumber=1
      #EXT-X-ENDLIST
      """;

  private static final String MASTER =
      """
      #EXTM3U
      #EXT-X-VERSION:1
      #EXT-X-STREAM-INF:CODECS="avc1.4d4032",RESOLUTION=2592x1944,FRAME-RATE=15.02,BANDWIDTH=329640
      getHLSMediaPlaylist.m3u8?SessionToken=S3cret&TrackNumber=1
      """;

  /** What an attacker, a broken proxy or another packager may write. */
  private static final List<String> WORDS =
      List.of(
          "http://evil.example/",
          "//evil.example/x",
          "https://b-1.kinesisvideo.example:444/",
          "https://b-1.kinesisvideo.example@evil.example/",
          "\\\\evil.example\\",
          "file:///etc/passwd",
          "../../../..",
          "%",
          "%00",
          "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"",
          "#EXT-X-BYTERANGE:10@0",
          "#EXTINF:1e309,",
          "#EXTINF:-5,",
          "#EXTINF:NaN,",
          "#EXT-X-MEDIA-SEQUENCE:-1",
          "#EXT-X-MEDIA-SEQUENCE:9223372036854775807",
          "#EXT-X-TARGETDURATION:0",
          "#EXT-X-TARGETDURATION:99999999999",
          "#EXT-X-PROGRAM-DATE-TIME:+999999999-12-31T23:59:59.999+18:00",
          "#EXT-X-SKIP:SKIPPED-SEGMENTS=5",
          "#EXT-X-MAP:URI=\"//evil.example/init\"",
          "\u0000",
          "\uD800",
          "\r",
          "\n",
          "\n\n",
          ",",
          "\"",
          "=",
          "?",
          "é");

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void whatever_a_playlist_says_it_is_read_or_refused_and_leads_to_no_other_host() {
    RandomGenerator random = new SplittableRandom(SEED);
    long read = 0;
    long refused = 0;
    for (long i = 0; i < INPUTS; i++) {
      byte[] text = mutated(random.nextInt(4) == 0 ? MASTER : MEDIA, random);
      try {
        if (Playlists.isMaster(text)) {
          assertThat(Playlists.mediaPlaylist(AT, text).getHost()).isEqualTo(AT.getHost());
        } else {
          judge(Playlists.window(AT, text));
        }
        read++;
      } catch (HlsFailure | HlsStreamException e) {
        assertThat(e.getMessage()).doesNotContain("S3cret");
        refused++;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(
            "input %d of seed %d: %s".formatted(i, SEED, new String(text, StandardCharsets.UTF_8)),
            e);
      }
    }
    assertThat(read).as("read, of %d", INPUTS).isGreaterThan(INPUTS / 10);
    assertThat(refused).as("refused, of %d", INPUTS).isGreaterThan(INPUTS / 100);
  }

  private static void judge(Window window) {
    assertThat(window.target()).isPositive();
    long sequence = window.firstSequence();
    for (Segment segment : window.segments()) {
      assertThat(segment.sequence()).isEqualTo(sequence++);
      assertThat(Playlists.sameOrigin(AT, segment.uri())).isTrue();
      URI init = segment.init();
      assertThat(init == null || Playlists.sameOrigin(AT, init)).isTrue();
      assertThat(segment.duration()).isBetween(Duration.ZERO, Duration.ofHours(1));
      Instant end = segment.end();
      assertThat(end == null || end.plus(Duration.ofDays(36_500)).isAfter(end)).isTrue();
    }
  }

  private static byte[] mutated(String text, RandomGenerator random) {
    StringBuilder changed = new StringBuilder(text);
    int changes = random.nextInt(1, 6);
    for (int i = 0; i < changes && !changed.isEmpty(); i++) {
      int at = random.nextInt(changed.length());
      int to = Math.min(changed.length(), at + random.nextInt(1, 40));
      switch (random.nextInt(6)) {
        case 0 -> changed.delete(at, to);
        case 1 -> changed.insert(at, WORDS.get(random.nextInt(WORDS.size())));
        case 2 -> changed.setCharAt(at, (char) random.nextInt(256));
        case 3 -> changed.insert(at, changed.substring(at, to));
        case 4 -> changed.replace(at, to, WORDS.get(random.nextInt(WORDS.size())));
        default -> {
          List<String> lines = new ArrayList<>(changed.toString().lines().toList());
          if (!lines.isEmpty()) {
            int line = random.nextInt(lines.size());
            lines.set(line, WORDS.get(random.nextInt(WORDS.size())));
          }
          changed = new StringBuilder(String.join("\n", lines));
        }
      }
    }
    return changed.toString().getBytes(StandardCharsets.UTF_8);
  }
}
