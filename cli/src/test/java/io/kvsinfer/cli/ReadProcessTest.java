package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.media.decode.FragmentMuxer;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.Sample;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code read} as a process of its own, stopped as a terminal does. */
class ReadProcessTest {
  private static final String PLAYLIST =
      """
      #EXTM3U
      #EXT-X-TARGETDURATION:1
      #EXT-X-MAP:URI="init.mp4"
      #EXTINF:1,
      0.mp4
      """;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void ctrl_c_on_a_live_stream_ends_with_the_summary() throws Exception {
    Map<String, byte[]> files = live();
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
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KvsInfer.class.getName(),
                "read",
                "http://localhost:" + server.getAddress().getPort() + "/v.m3u8",
                "--json",
                "--no-display")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = new ArrayList<>();
      while (lines.size() < 10) {
        String line = out.readLine();
        assertThat(line).as("after %s", lines).isNotNull();
        lines.add(line);
      }
      // the stream goes on, and nothing more comes: this waits
      int kill =
          new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
      assertThat(kill).isZero();
      String line = out.readLine();
      assertThat(line).isNotNull();
      JsonNode summary = new ObjectMapper().readTree(line);
      assertThat(summary.get("frames").asInt()).isEqualTo(10);
      assertThat(summary.get("fragments").asInt()).isEqualTo(1);
      assertThat(summary.get("codec").asText()).isEqualTo("h264");
      assertThat(out.readLine()).isNull();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
    } finally {
      process.destroyForcibly();
      server.stop(0);
    }
  }

  /** Ten frames, and a playlist that does not end. */
  private static Map<String, byte[]> live() throws Exception {
    try (H264Encoder encoder = H264Encoder.open(64, 64, 10, 50_000, 10)) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        samples.addAll(encoder.encodeBgr(new byte[64 * 64 * 3], i * 100_000L));
      }
      samples.addAll(encoder.finish());
      return Map.of(
          "/v.m3u8", PLAYLIST.getBytes(StandardCharsets.UTF_8),
          "/init.mp4", FragmentMuxer.init(encoder.track()),
          "/0.mp4", FragmentMuxer.segment(encoder.track(), 1, samples, 1_000_000));
    }
  }
}
