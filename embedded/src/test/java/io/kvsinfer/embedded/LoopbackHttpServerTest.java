package io.kvsinfer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LoopbackHttpServerTest {
  @Test
  void it_answers_on_loopback_until_it_is_closed() throws Exception {
    LoopbackHttpServer server =
        LoopbackHttpServer.start(
            "echo",
            exchange -> {
              byte[] body = exchange.getRequestBody().readAllBytes();
              LoopbackHttpServer.answer(
                  exchange, body.length == 0 ? 204 : 200, "text/plain; charset=utf-8", body);
            });
    URI endpoint = server.endpoint();

    assertThat(endpoint.getHost()).isEqualTo("127.0.0.1");
    assertThat(post(endpoint, "täst").body()).isEqualTo("täst");
    assertThat(post(endpoint, "").statusCode()).isEqualTo(204);
    server.close();
    server.close();
    assertThatThrownBy(() -> post(endpoint, "late")).isInstanceOf(IOException.class);
  }

  private static HttpResponse<String> post(URI uri, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
          HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
  }
}
