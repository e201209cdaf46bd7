package io.kvsinfer.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class RelayTest {
  @Test
  void a_service_goes_away_and_comes_back_on_the_same_port() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("ok".getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    try (Relay relay = new Relay(target)) {
      URI endpoint = relay.endpoint();
      assertThat(ask(endpoint)).isEqualTo("ok");
      relay.cut();
      assertThatThrownBy(() -> ask(endpoint)).isInstanceOf(IOException.class);
      relay.restore();
      assertThat(relay.endpoint()).isEqualTo(endpoint);
      assertThat(ask(endpoint)).isEqualTo("ok");

      relay.refuse("503 Slow Down", "SlowDown", "<Error/>");
      var refused = (HttpURLConnection) endpoint.toURL().openConnection();
      assertThat(refused.getResponseCode()).isEqualTo(503);
      assertThat(refused.getHeaderField("x-amzn-ErrorType")).isEqualTo("SlowDown");
      assertThat(new String(refused.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("<Error/>");
      relay.takeAll();
      assertThat(ask(endpoint)).isEqualTo("ok");

      relay.hang();
      var silent = (HttpURLConnection) endpoint.toURL().openConnection();
      silent.setReadTimeout(200);
      assertThatThrownBy(silent::getResponseCode).isInstanceOf(SocketTimeoutException.class);
      relay.takeAll();
      assertThat(ask(endpoint)).isEqualTo("ok");
    } finally {
      server.stop(0);
    }
  }

  private static String ask(URI endpoint) throws IOException {
    try (var in = endpoint.toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
