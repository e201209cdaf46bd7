package io.kvsinfer.local.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpListenerTest {
  private HttpListener listener;

  @BeforeEach
  void start() throws IOException {
    listener = HttpListener.bind(0);
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  private HttpResponse<String> post(HttpClient client, byte[] body) throws Exception {
    return client.send(
        java.net.http.HttpRequest.newBuilder(listener.address().resolve("/a?b=c%20d&e"))
            .header("X-Some", "thing")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build(),
        BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void a_connection_serves_request_after_request_with_bodies_in_chunks() throws Exception {
    listener.start((request, answer) -> {
      byte[] body = request.body().readAllBytes();
      String seen =
          "%s %s %s %s %d"
              .formatted(
                  request.method(),
                  request.path(),
                  request.query(),
                  request.header("x-some").orElse(""),
                  body.length);
      answer.whole(200, "text/plain", seen.getBytes(StandardCharsets.UTF_8));
    });
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int size : new int[] {0, 1, 5_000_000}) {
        assertThat(post(client, new byte[size]).body()).isEqualTo("POST /a {b=c d} thing " + size);
      }
    }
  }

  @Test
  void an_answer_comes_whole_to_a_client_that_is_still_sending() throws Exception {
    listener.start((request, answer) -> {
      OutputStream out = answer.stream("text/plain");
      assertThat(request.body().readNBytes(1000)).hasSize(1000);
      out.write("enough".getBytes(StandardCharsets.US_ASCII));
    });
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 10; i++) {
        assertThat(post(client, new byte[4 << 20]).body()).isEqualTo("enough");
      }
    }
  }

  @Test
  void a_refusal_comes_to_a_client_that_is_still_sending() throws Exception {
    listener.start((request, answer) -> answer.whole(404, "text/plain", new byte[] {'n', 'o'}));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = post(client, new byte[8 << 20]);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).isEqualTo("no");
      assertThat(answer.headers().firstValue("Connection")).hasValue("close");
    }
  }

  @Test
  void a_client_that_waits_to_be_told_is_told_only_where_its_body_is_wanted() throws Exception {
    List<String> answers = new ArrayList<>();
    listener.start((request, answer) -> {
      if (request.path().equals("/refused")) {
        answer.whole(403, "text/plain", new byte[0]);
      } else {
        InputStream in = request.body();
        answer.stream("text/plain").write(in.readAllBytes());
      }
    });
    for (String path : new String[] {"/wanted", "/refused"}) {
      answers.add(
          raw(
              "PUT "
                  + path
                  + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                  + "Content-Length: 2\r\nConnection: close\r\n\r\nhi"));
    }
    assertThat(answers.getFirst()).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
    assertThat(answers.getFirst()).endsWith("2\r\nhi\r\n0\r\n\r\n");
    assertThat(answers.getLast()).startsWith("HTTP/1.1 403 Forbidden\r\n");
  }

  @Test
  void what_is_no_http_is_refused_in_words_and_http_1_0_is_understood() throws Exception {
    listener.start((request, answer) -> {
      request.body().readAllBytes();
      answer.stream("text/plain").write('x');
    });
    assertThat(raw("hello\r\n\r\n")).startsWith("HTTP/1.1 400 ").contains("request line");
    assertThat(raw("GET / HTTP/1.1\r\nno colon\r\n\r\n")).contains("name: value");
    assertThat(raw("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n")).contains("is no number");
    assertThat(raw("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n")).contains(" 501 ");
    assertThat(raw("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
        .contains("begin with its size");
    assertThat(raw("GET / HTTP/1.1\r\nA: " + "b".repeat(70_000) + "\r\n\r\n")).contains(" 431 ");
    assertThat(raw("GET / HTTP/1.0\r\n\r\n")).contains("Connection: close").endsWith("\r\n\r\nx");
    assertThat(raw("GET http://127.0.0.1:1 HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nx");
    assertThat(raw("GET ftp://127.0.0.1/ HTTP/1.0\r\n\r\n")).contains(" 400 ");
    assertThat(raw("")).isEmpty();
  }

  @Test
  void a_chunked_body_may_have_extensions_and_trailers() throws Exception {
    listener.start(
        (request, answer) -> answer.whole(200, "text/plain", request.body().readAllBytes()));
    assertThat(
            raw(
                """
                POST / HTTP/1.1
                Transfer-Encoding: chunked
                Connection: close

                2;name=value
                ab
                3
                cde
                0
                Trailer: t

                """
                    .replace("\n", "\r\n")))
        .endsWith("\r\n\r\nabcde");
  }

  @Test
  void a_port_is_taken_once_and_on_loopback_alone() {
    int port = listener.address().getPort();
    assertThat(listener.address().getHost()).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> HttpListener.bind(port)).isInstanceOf(BindException.class);
  }

  @Test
  void an_answer_can_be_reset_cut_off_or_ended_early() throws Exception {
    listener.start((request, answer) -> {
      OutputStream out = answer.stream("text/plain");
      out.write(new byte[100]);
      out.flush();
      throw new BrokenAnswer(BrokenAnswer.End.valueOf(request.path().substring(1)));
    });
    String end = " HTTP/1.1\r\n\r\n";
    assertThat(raw("GET /COMPLETED" + end)).endsWith("\0\r\n0\r\n\r\n");
    assertThat(raw("GET /CLOSED" + end)).endsWith("\0\r\n");
    assertThatThrownBy(() -> raw("GET /RESET" + end)).isInstanceOf(IOException.class);
  }
}
