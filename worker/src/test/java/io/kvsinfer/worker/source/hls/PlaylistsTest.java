package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.kvs.Redacted;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PlaylistsTest {
  private static final URI AT =
      URI.create("https://b-1.kinesisvideo.example/hls/v1/getHLSMediaPlaylist.m3u8?SessionToken=S");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] media(String... lines) {
    return bytes("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n" + String.join("\n", lines));
  }

  @Test
  void a_media_playlist_as_kvs_writes_it_is_understood() throws Exception {
    byte[] text = Files.readAllBytes(TestMedia.require("hls/kvs_live_media.m3u8"));
    Window window = Playlists.window(AT, text);
    assertThat(window.ended()).isFalse();
    assertThat(window.target()).isEqualTo(Duration.ofSeconds(4));
    assertThat(window.segments()).hasSize(2);
    Segment second = window.segments().get(1);
    assertThat(second.number()).isEqualTo("913438518");
    assertThat(second.sequence()).isEqualTo(1);
    assertThat(second.start()).isEqualTo(Instant.parse("2023-05-17T13:48:38.656Z"));
    assertThat(second.duration()).isEqualTo(Duration.ofMillis(2680));
    assertThat(second.init()).isEqualTo(window.segments().getFirst().init());
    assertThat(String.valueOf(second.init()))
        .startsWith("https://b-1.kinesisvideo.example/hls/v1/getMP4InitFragment.mp4?SessionToken=");
  }

  @Test
  void a_master_playlist_as_kvs_writes_it_is_understood() throws Exception {
    byte[] text = Files.readAllBytes(TestMedia.require("hls/kvs_master.m3u8"));
    assertThat(Playlists.isMaster(text)).isTrue();
    assertThat(Playlists.mediaPlaylist(AT, text).getPath())
        .isEqualTo("/hls/v1/getHLSMediaPlaylist.m3u8");
  }

  @Test
  void of_several_variants_the_best_is_taken() throws Exception {
    byte[] text =
        bytes(
            """
            #EXTM3U
            #EXT-X-STREAM-INF:BANDWIDTH=100
            low.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=300
            high.m3u8
            """);
    assertThat(Playlists.mediaPlaylist(AT, text).getPath()).isEqualTo("/hls/v1/high.m3u8");
  }

  @Test
  void times_go_on_from_the_last_one_that_was_given() throws Exception {
    Window window =
        Playlists.window(
            AT,
            media(
                "#EXT-X-MEDIA-SEQUENCE:7",
                "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T02:48:00.000+01:00",
                "#EXTINF:2.5,",
                "a.mp4",
                "#EXTINF:2,",
                "b.mp4",
                "#EXT-X-ENDLIST"));
    assertThat(window.ended()).isTrue();
    assertThat(window.firstSequence()).isEqualTo(7);
    assertThat(window.end()).isEqualTo(9);
    assertThat(window.after("#7")).isEqualTo(8);
    assertThat(window.after("#9")).isEqualTo(-1);
    assertThat(window.segments().get(1).start())
        .isEqualTo(Instant.parse("2026-11-21T01:48:02.500Z"));
    assertThat(window.segments().get(1).name()).isEqualTo("segment 8");
  }

  @Test
  void what_cannot_be_read_is_refused_with_its_reason() {
    assertThatThrownBy(() ->
            Playlists.window(
                AT, media("#EXT-X-KEY:METHOD=AES-128,URI=\"k\"", "#EXTINF:2,", "a.mp4")))
        .isInstanceOf(HlsStreamException.class)
        .hasMessageContaining("encrypted segments");
    assertThatThrownBy(
            () -> Playlists.window(AT, media("#EXTINF:2,", "#EXT-X-BYTERANGE:10@0", "a.mp4")))
        .hasMessageContaining("byte ranges");
    assertThatThrownBy(() -> Playlists.window(AT, media("#EXTINF:2,", "//elsewhere.example/a.mp4")))
        .hasMessageContaining("another host (https://elsewhere.example:443)");
    assertThatThrownBy(() ->
            Playlists.mediaPlaylist(
                AT, bytes("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=x\na?SessionToken=S")))
        .isInstanceOf(HlsFailure.class)
        .hasMessageContaining("master playlist cannot be read");
    assertThatThrownBy(() -> Playlists.window(AT, bytes("<html>SessionToken=S1 ?x=S2</html>")))
        .isInstanceOf(HlsFailure.class)
        .hasMessageContaining("media playlist cannot be read")
        .hasMessageNotContaining("S1")
        .hasMessageNotContaining("S2");
  }

  @Test
  void an_address_is_shown_without_its_token() {
    URI uri =
        URI.create("https://h.example:8443/hls/v1/f.mp4?SessionToken=S3cret&FragmentNumber=42&x=1");
    assertThat(Redacted.uri(uri))
        .isEqualTo("https://h.example:8443/hls/v1/f.mp4?FragmentNumber=42");
    assertThat(Redacted.text("GET /a?SessionToken=S3cret failed; token=S3cret, \"x\""))
        .doesNotContain("S3cret")
        .contains("GET /a");
    assertThat(new HlsSession(uri, true, 5).toString()).doesNotContain("S3cret");
  }
}
