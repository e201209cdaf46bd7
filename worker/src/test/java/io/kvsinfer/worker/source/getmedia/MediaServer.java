package io.kvsinfer.worker.source.getmedia;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * GetMedia as the API describes it, with what goes wrong on demand: each connection takes the next
 * fault, none when there is no more. The KVS that {@code kvs-infer} ships is tested with the source
 * in the module {@code local}.
 */
final class MediaServer implements AutoCloseable {
  static final VideoTrack TRACK = new VideoTrack(Codec.H264, new byte[] {1, 77, 0, 40}, 320, 240);
  static final int FRAMES = 4;

  /** What goes wrong with one connection. */
  sealed interface Fault {
    record Refuse(int status, String code) implements Fault {}

    /** The connection is cut after so many bytes of its answer. */
    record Cut(long bytes) implements Fault {}

    /** The answer ends well after so many fragments. */
    record End(int fragments) implements Fault {}

    /** In place of the fragment after so many. */
    record Tags(int fragments, String id, String code) implements Fault {}

    /** These bytes stand before the fragment after so many. */
    record Garbage(int fragments, String bytes) implements Fault {}

    record None() implements Fault {}
  }

  /** A fragment of four frames, 250 ms each. */
  record Stored(String number, Instant produced, Instant received, VideoTrack track) {}

  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Stored> stored = new ArrayList<>();
  private final Queue<Fault> faults = new ArrayDeque<>();
  final List<JsonNode> selectors = new CopyOnWriteArrayList<>();
  final List<String> endpoints = new CopyOnWriteArrayList<>();
  private boolean closed;
  private @Nullable String broken;

  MediaServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/getDataEndpoint", this::endpoint);
    server.createContext("/getMedia", this::media);
    server.start();
  }

  URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  synchronized void then(Fault... next) {
    faults.addAll(List.of(next));
  }

  /** Fragment 1000 + i, a second each, received as it was captured. */
  synchronized MediaServer store(Instant base, int... ordinals) {
    for (int i : ordinals) {
      Instant at = base.plusSeconds(i);
      stored.add(new Stored(String.valueOf(1000 + i), at, at, TRACK));
    }
    notifyAll();
    return this;
  }

  synchronized void store(Stored fragment) {
    stored.add(fragment);
    notifyAll();
  }

  private void endpoint(HttpExchange exchange) throws IOException {
    try (exchange) {
      endpoints.add(json.readTree(exchange.getRequestBody()).path("APIName").asText());
      byte[] body = json.writeValueAsBytes(Map.of("DataEndpoint", address().toString()));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void media(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode selector = json.readTree(exchange.getRequestBody()).path("StartSelector");
      Fault fault = takeFault();
      selectors.add(selector);
      if (fault instanceof Fault.Refuse(int status, String code)) {
        byte[] body = "{\"Message\": \"no\"}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        return;
      }
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush(); // the head at once, as KVS does
      answer(exchange.getResponseBody(), selector, fault);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Fault takeFault() {
    Fault fault = faults.poll();
    return fault == null ? new Fault.None() : fault;
  }

  private void answer(OutputStream out, JsonNode selector, Fault fault)
      throws IOException, InterruptedException {
    long left = fault instanceof Fault.Cut(long bytes) ? bytes : Long.MAX_VALUE;
    int sent = 0;
    int at = first(selector);
    while (true) {
      if (fault instanceof Fault.End(int fragments) && sent == fragments) {
        return;
      }
      if (fault instanceof Fault.Tags(int fragments, String id, String code) && sent == fragments) {
        out.write(tags(id, code));
        return;
      }
      if (fault instanceof Fault.Garbage(int fragments, String bytes) && sent == fragments) {
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      }
      Stored next = await(at);
      if (next == null) {
        return;
      }
      byte[] bytes = sent(next);
      out.write(bytes, 0, (int) Math.min(left, bytes.length));
      out.flush();
      left -= bytes.length;
      if (left <= 0) {
        throw new IOException("cut"); // the server closes without the last chunk
      }
      at++;
      sent++;
    }
  }

  /** Behind its frames, this fragment is never what it should be. */
  synchronized void breakFragment(String number) {
    broken = number;
  }

  private synchronized byte[] sent(Stored fragment) throws IOException {
    byte[] bytes = bytes(fragment);
    if (fragment.number().equals(broken)) {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int tags = text.lastIndexOf("\u0012T\u00c3g");
      Arrays.fill(bytes, tags, bytes.length, (byte) 0);
    }
    return bytes;
  }

  private synchronized @Nullable Stored await(int at) throws InterruptedException {
    while (!closed && at >= stored.size()) {
      wait();
    }
    return closed ? null : stored.get(at);
  }

  private synchronized int first(JsonNode selector) {
    String type = selector.path("StartSelectorType").asText();
    return switch (type) {
      case "NOW" -> Math.max(0, stored.size() - 1);
      case "EARLIEST" -> 0;
      case "FRAGMENT_NUMBER" -> after(selector.path("AfterFragmentNumber").asText());
      case "CONTINUATION_TOKEN" -> after(selector.path("ContinuationToken").asText());
      default -> {
        Instant time =
            Instant.ofEpochMilli(Math.round(selector.path("StartTimestamp").asDouble() * 1000));
        int i = 0;
        while (i < stored.size()
            && (type.equals("SERVER_TIMESTAMP")
                    ? stored.get(i).received()
                    : stored.get(i).produced())
                .isBefore(time)) {
          i++;
        }
        yield i;
      }
    };
  }

  private int after(String number) {
    int i = 0;
    while (i < stored.size() && stored.get(i).number().compareTo(number) <= 0) {
      i++;
    }
    return i;
  }

  /** As GetMedia sends it. */
  static byte[] bytes(Stored fragment) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MatroskaWriter mkv = new MatroskaWriter(out);
    mkv.header(fragment.track());
    Map<String, String> before = new LinkedHashMap<>();
    before.put("AWS_KINESISVIDEO_FRAGMENT_NUMBER", fragment.number());
    before.put("AWS_KINESISVIDEO_SERVER_TIMESTAMP", seconds(fragment.received()));
    before.put("AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", seconds(fragment.produced()));
    mkv.tags(before);
    long ms = fragment.produced().toEpochMilli();
    List<MatroskaEvent.Frame> frames = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      frames.add(new MatroskaEvent.Frame(new byte[] {1, 2, (byte) i}, ms + 250L * i, i == 0, 1));
    }
    mkv.cluster(ms, frames);
    Map<String, String> after = new LinkedHashMap<>();
    after.put("AWS_KINESISVIDEO_MILLIS_BEHIND_NOW", "0");
    after.put("AWS_KINESISVIDEO_CONTINUATION_TOKEN", fragment.number());
    mkv.tags(after);
    return out.toByteArray();
  }

  private static byte[] tags(String id, String code) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MatroskaWriter mkv = new MatroskaWriter(out);
    mkv.header(TRACK);
    mkv.tags(Map.of("AWS_KINESISVIDEO_ERROR_ID", id, "AWS_KINESISVIDEO_ERROR_CODE", code));
    return out.toByteArray();
  }

  private static String seconds(Instant time) {
    return BigDecimal.valueOf(time.toEpochMilli(), 3).toPlainString();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
