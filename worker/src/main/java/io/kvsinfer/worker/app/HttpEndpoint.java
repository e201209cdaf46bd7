package io.kvsinfer.worker.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code /metrics}, {@code /health/live} and {@code /health/ready}. */
final class HttpEndpoint implements AutoCloseable {
  /** Whether the process is well, and one line why not. */
  record Health(boolean ok, String text) {}

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());

  private HttpEndpoint(HttpServer server) {
    this.server = server;
  }

  /**
   * Listens on {@code port}, 0 for any free one.
   *
   * @throws IOException naming the port when it is taken
   */
  static HttpEndpoint start(
      int port, PrometheusRegistry registry, Supplier<Health> live, Supplier<Health> ready)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(port), 16);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on port %d for /metrics and /health (KVS_INFER_PORT sets another): %s"
              .formatted(port, e.getMessage()),
          e);
    }
    HttpEndpoint endpoint = new HttpEndpoint(server);
    server.setExecutor(endpoint.threads);
    server.createContext("/metrics", exchange -> metrics(exchange, registry));
    server.createContext("/health/live", exchange -> health(exchange, live.get()));
    server.createContext("/health/ready", exchange -> health(exchange, ready.get()));
    server.start();
    return endpoint;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void metrics(HttpExchange exchange, PrometheusRegistry registry)
      throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    OpenMetricsTextFormatWriter open = OpenMetricsTextFormatWriter.create();
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
    String type;
    if (accept != null && open.accepts(accept)) {
      open.write(body, registry.scrape());
      type = open.getContentType();
    } else {
      PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
      text.write(body, registry.scrape());
      type = text.getContentType();
    }
    answer(exchange, 200, type, body.toByteArray());
  }

  private static void health(HttpExchange exchange, Health health) throws IOException {
    answer(
        exchange,
        health.ok() ? 200 : 503,
        "text/plain; charset=utf-8",
        (health.text() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(code, -1);
      } else {
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
