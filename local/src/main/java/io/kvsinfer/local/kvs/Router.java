package io.kvsinfer.local.kvs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests to what answers them, and refusals to how AWS spells them. */
final class Router implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Router.class);
  private static final int LARGEST_CALL = 1 << 20;
  private static final long MOST_DRAINED = 256L << 20;
  private static final Duration LONGEST_DRAINED = Duration.ofSeconds(10);

  private interface Call {
    Reply answer(ApiRequest request);
  }

  private final Map<String, Call> calls = new HashMap<>();
  private final Hls hls;
  private final PutMedia putMedia;
  private final Faults faults;

  Router(
      ControlPlane control,
      Hls hls,
      GetMedia media,
      PutMedia putMedia,
      Archive archive,
      Faults faults) {
    this.hls = hls;
    this.putMedia = putMedia;
    this.faults = faults;
    calls.put("/createStream", control::create);
    calls.put("/describeStream", control::describe);
    calls.put("/listStreams", control::list);
    calls.put("/updateStream", control::update);
    calls.put("/updateDataRetention", control::updateRetention);
    calls.put("/deleteStream", control::delete);
    calls.put("/getDataEndpoint", control::dataEndpoint);
    calls.put("/tagStream", control::tag);
    calls.put("/untagStream", control::untag);
    calls.put("/listTagsForStream", control::tags);
    calls.put("/getHLSStreamingSessionURL", hls::sessionUrl);
    calls.put("/getMedia", media::getMedia);
    calls.put("/listFragments", archive::listFragments);
    calls.put("/getMediaForFragmentList", archive::mediaForFragmentList);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
      exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
      Reply reply;
      try {
        reply = answer(exchange);
      } catch (ApiException e) {
        reply = refuse(exchange, e);
      } catch (RuntimeException e) {
        log.error("{} {} failed", exchange.getRequestMethod(), path(exchange), e);
        reply =
            refuse(exchange, new ApiException(500, "InternalFailure", "A fault of this server."));
      }
      send(exchange, reply);
    }
  }

  /**
   * Reads what is left of the request. A connection that is closed with unread bytes is reset, and
   * the client, still sending, may never see the answer.
   */
  private static void drain(InputStream request) throws IOException {
    long end = System.nanoTime() + LONGEST_DRAINED.toNanos();
    byte[] buffer = new byte[1 << 16];
    long drained = 0;
    int read = 0;
    while (read >= 0 && drained < MOST_DRAINED && System.nanoTime() - end < 0) {
      read = request.read(buffer);
      drained += read;
    }
  }

  private Reply answer(HttpExchange exchange) throws IOException {
    String path = path(exchange);
    String method = exchange.getRequestMethod();
    if (path.startsWith(Hls.PATH)) {
      if (!method.equals("GET") && !method.equals("HEAD")) {
        throw new ApiException(405, "MethodNotAllowed", "Playlists and fragments are read by GET.");
      }
      faults.beforeHls();
      return hls.get(
          path.substring(Hls.PATH.length()), query(exchange.getRequestURI().getRawQuery()));
    }
    Call call = calls.get(path);
    boolean put = path.equals("/putMedia");
    if ((call == null && !put) || !method.equals("POST")) {
      throw new ApiException(404, "UnknownOperationException", "There is no such call.");
    }
    SignatureShape.check(exchange.getRequestHeaders().getFirst("Authorization"));
    faults.beforeCall();
    if (call == null) {
      return putMedia.putMedia(exchange.getRequestHeaders());
    }
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_CALL + 1);
    if (body.length > LARGEST_CALL) {
      throw new ApiException(413, "RequestEntityTooLarge", "A call has at most 1 MiB.");
    }
    return call.answer(ApiRequest.parse(body));
  }

  private static Reply refuse(HttpExchange exchange, ApiException e) {
    exchange.getResponseHeaders().set("x-amzn-ErrorType", e.type());
    return new Reply.Whole(
        e.status(), "application/json", Reply.bytes(Map.of("Message", e.text())));
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    switch (reply) {
      case Reply.Whole whole -> {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(
            whole.status(), head || whole.body().length == 0 ? -1 : whole.body().length);
        if (!head) {
          exchange.getResponseBody().write(whole.body());
          exchange.getResponseBody().flush();
        }
        drain(exchange.getRequestBody());
      }
      case Reply.Streamed streamed -> {
        try {
          exchange.sendResponseHeaders(200, 0);
          streamed.body().transfer(exchange.getRequestBody(), exchange.getResponseBody());
          drain(exchange.getRequestBody());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          streamed.release().run();
        }
      }
    }
  }

  /** Without the query, which carries tokens. */
  private static String path(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestURI().getPath());
  }

  static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              pair.substring(0, equals),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }
}
