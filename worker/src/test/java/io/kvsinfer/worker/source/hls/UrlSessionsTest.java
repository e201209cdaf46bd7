package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings.Preset;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.SourceEvent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UrlSessionsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void an_ordinary_playlist_with_an_end_is_read_whole() throws Exception {
    Clip clip = Clip.coloured(160, 120);
    String playlist =
        """
        #EXTM3U
        #EXT-X-TARGETDURATION:1
        #EXT-X-MAP:URI="init.mp4"
        #EXTINF:1,
        0.mp4
        #EXTINF:1,
        1.mp4
        #EXT-X-ENDLIST
        """;
    Map<String, byte[]> files =
        Map.of(
            "/v.m3u8", playlist.getBytes(StandardCharsets.UTF_8),
            "/init.mp4", clip.fragment(0, NOW).init(),
            "/0.mp4", clip.fragment(0, NOW).media(),
            "/1.mp4", clip.fragment(1, NOW).media());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = files.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    URI uri =
        URI.create("http://localhost:" + server.getAddress().getPort() + "/v.m3u8?key=S3cret");
    try (HttpClient client = HttpClient.newHttpClient();
        Reading reading =
            new Reading(
                new HlsSource(
                    "web",
                    new UrlSessions(uri),
                    HlsSettings.of(Preset.BALANCED),
                    new HlsStart.Newest(),
                    new HlsMetrics(new PrometheusRegistry()),
                    client,
                    () -> NOW,
                    new SplittableRandom(1)))) {
      Eventually.until("it ends", Duration.ofSeconds(10), reading::ended);
      assertThat(reading.fragments()).hasSize(2);
      SourceEvent.Fragment second = reading.fragments().get(1);
      assertThat(second.number()).isNull();
      assertThat(second.frames().getFirst().time().capturedAt())
          .isEqualTo(
              reading
                  .fragments()
                  .getFirst()
                  .frames()
                  .getFirst()
                  .time()
                  .capturedAt()
                  .plusSeconds(1));
      assertThat(reading.gaps()).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void only_http_addresses_are_taken_and_shown_without_their_query() {
    for (String wrong : new String[] {"ftp://h/a.m3u8", "file:///a.m3u8", "http:///a.m3u8", "a"}) {
      assertThatThrownBy(() -> new UrlSessions(URI.create(wrong)))
          .isInstanceOf(HlsStreamException.class)
          .hasMessageContaining("http://HOST/");
    }
    UrlSessions sessions = new UrlSessions(URI.create("https://h.example/v.m3u8?key=S3cret"));
    assertThat(sessions.name()).isEqualTo("https://h.example/v.m3u8");
    assertThat(sessions.replays()).isFalse();
    sessions.close();
  }
}
