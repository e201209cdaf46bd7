package io.kvsinfer.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.kvsinfer.embedded.LoopbackHttpServer;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lambda's Runtime API (2018-06-01) for one process, which asks it for invocations one by one. */
final class RuntimeApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuntimeApi.class);
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final Pattern RESULT =
      Pattern.compile(ROOT + "invocation/([0-9a-f-]+)/(response|error)");
  private static final String JSON_TYPE = "application/json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] NOTHING = {};

  private final FunctionDefinition function;
  private final LinkedBlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final AtomicReference<@Nullable Invocation> current = new AtomicReference<>();
  private final AtomicReference<@Nullable FunctionException> initError = new AtomicReference<>();
  private final AtomicReference<@Nullable FunctionException> ended = new AtomicReference<>();
  private final LoopbackHttpServer server;

  RuntimeApi(FunctionDefinition function) {
    this.function = function;
    this.server = LoopbackHttpServer.start("lambda-" + function.name(), this::handle);
  }

  /** {@code host:port}, as {@code AWS_LAMBDA_RUNTIME_API} has it. */
  String address() {
    return server.endpoint().getAuthority();
  }

  /** Hands an invocation to the process as soon as it asks; fails it where the process ended. */
  void submit(Invocation invocation) {
    current.set(invocation);
    FunctionException end = ended.get();
    if (end != null) {
      invocation.answer().completeExceptionally(end);
    } else {
      waiting.add(invocation);
    }
  }

  /** The process ended: what it had to answer fails. */
  void end(FunctionException reason) {
    FunctionException first = Objects.requireNonNullElse(initError.get(), reason);
    ended.set(first);
    Invocation invocation = current.get();
    if (invocation != null) {
      invocation.answer().completeExceptionally(first);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Matcher result = RESULT.matcher(path);
    if (path.equals(ROOT + "invocation/next")) {
      next(exchange);
    } else if (result.matches()) {
      finish(result.group(1), result.group(2).equals("error"), body(exchange));
      LoopbackHttpServer.answer(exchange, 202, JSON_TYPE, NOTHING);
    } else if (path.equals(ROOT + "init/error")) {
      FunctionException error = error(body(exchange));
      // The runtime interface client does not log it.
      LOG.error(
          "function {} cannot be set up: {}: {}",
          function.name(),
          error.errorType(),
          error.getMessage());
      initError.set(error);
      LoopbackHttpServer.answer(exchange, 202, JSON_TYPE, NOTHING);
    } else {
      LoopbackHttpServer.answer(exchange, 404, JSON_TYPE, NOTHING);
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException e) {
      // The server is closing; so does the process that asked.
      Thread.currentThread().interrupt();
      exchange.close();
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
    headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadlineMillis()));
    headers.set("Lambda-Runtime-Invoked-Function-Arn", function.arn());
    LoopbackHttpServer.answer(exchange, 200, JSON_TYPE, invocation.payload());
  }

  private void finish(String id, boolean failed, byte[] body) throws IOException {
    Invocation invocation = current.get();
    if (invocation == null || !invocation.id().equals(id)) {
      return;
    }
    if (failed) {
      invocation.answer().completeExceptionally(error(body));
    } else {
      invocation.answer().complete(body);
    }
  }

  private static FunctionException error(byte[] body) throws IOException {
    JsonNode error = JSON.readTree(body);
    return new FunctionException(
        error.path("errorType").asText("Unhandled"), error.path("errorMessage").asText());
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    return exchange.getRequestBody().readAllBytes();
  }

  @Override
  public void close() {
    server.close();
  }
}
