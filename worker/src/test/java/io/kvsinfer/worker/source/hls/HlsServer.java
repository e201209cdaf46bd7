package io.kvsinfer.worker.source.hls;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.worker.source.FrameSourceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A real HTTP server that serves HLS sessions as KVS does, with faults on demand. */
final class HlsServer implements HlsSessions, AutoCloseable {
  static final String SECRET = "SeCrEt";

  /** A fragment that KVS has. */
  @SuppressWarnings("ArrayRecordComponent") // bytes to serve, never compared
  record Stored(String number, Instant start, Duration duration, byte[] init, byte[] media) {}

  /** What is done instead of an ordinary answer. */
  sealed interface Fault {
    record Status(int code) implements Fault {}

    /** The connection ends before the body does. */
    record Truncated() implements Fault {}

    /** A whole body that is not what it should be. */
    record Garbage() implements Fault {}
  }

  private record Planned(String part, Fault fault, AtomicInteger times) {}

  private final HttpServer server;
  private final List<Stored> stored = new CopyOnWriteArrayList<>();

  /** When KVS took the first fragment in; each later one came a second after the one before. */
  static final Instant FIRST_ARRIVAL = Instant.parse("2026-11-21T02:49:00Z");

  private final Map<String, Playback> sessions = new HashMap<>();
  private final Set<String> byArrival = new HashSet<>();
  private final List<Planned> faults = new CopyOnWriteArrayList<>();
  private final List<String> served = new CopyOnWriteArrayList<>();
  private final List<Playback> opened = new CopyOnWriteArrayList<>();
  private final List<FrameSourceException> refusals = new CopyOnWriteArrayList<>();
  private volatile int liveWindow = 5;
  private volatile String mediaHost = "";
  private volatile boolean replays = true;
  private volatile boolean initMoves;
  private volatile boolean knowsArrivals;
  private int tokens;

  HlsServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/hls/v1/", this::handle);
    server.start();
  }

  /** All at once, as the next playlist shows. */
  void store(List<Stored> fragments) {
    stored.addAll(fragments);
  }

  void forget(String number) {
    stored.removeIf(s -> s.number().equals(number));
  }

  void liveWindow(int fragments) {
    liveWindow = fragments;
  }

  void withoutReplays() {
    replays = false;
  }

  /** Sessions in the order of arrival are served too. */
  void withArrivals() {
    knowsArrivals = true;
  }

  void mediaOn(String host) {
    mediaHost = host;
  }

  /** The init segment gets a new address at every reload, as KVS may do. */
  void initMoves() {
    initMoves = true;
  }

  /** Requests whose address contains {@code part} fail so many times. */
  void fail(String part, int times, Fault fault) {
    faults.add(new Planned(part, fault, new AtomicInteger(times)));
  }

  void refuseNextSession(FrameSourceException refusal) {
    refusals.add(refusal);
  }

  synchronized void expireSessions() {
    sessions.clear();
  }

  List<Playback> opened() {
    return List.copyOf(opened);
  }

  /** Addresses asked for, without their tokens. */
  List<String> served() {
    return List.copyOf(served);
  }

  URI address(String file) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/hls/v1/" + file);
  }

  @Override
  public synchronized HlsSession open(Playback playback) {
    if (!refusals.isEmpty()) {
      throw refusals.removeFirst();
    }
    opened.add(playback);
    return session(playback);
  }

  @Override
  public synchronized Optional<HlsSession> openByArrival(Playback playback) {
    if (!knowsArrivals) {
      return Optional.empty();
    }
    byArrival.add(SECRET + tokens);
    return Optional.of(session(playback));
  }

  private HlsSession session(Playback playback) {
    String token = SECRET + tokens++;
    sessions.put(token, playback);
    return new HlsSession(address("getHLSMasterPlaylist.m3u8?SessionToken=" + token), true, 5000);
  }

  @Override
  public boolean replays() {
    return replays;
  }

  @Override
  public String name() {
    return "yard";
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      String file = uri.getPath().substring("/hls/v1/".length());
      String number = Playlists.query(uri, "FragmentNumber");
      served.add(number == null ? file : file + "?" + number);
      Fault fault = fault(uri.toString());
      Playback playback = playback(Playlists.query(uri, "SessionToken"));
      if (fault instanceof Fault.Status(int code)) {
        exchange.sendResponseHeaders(code, -1);
      } else if (playback == null) {
        exchange.sendResponseHeaders(403, -1);
      } else {
        byte[] body = body(file, uri, number, playback);
        if (body == null) {
          exchange.sendResponseHeaders(404, -1);
        } else {
          send(exchange, fault instanceof Fault.Garbage ? new byte[500] : body, fault);
        }
      }
    }
  }

  private synchronized @Nullable Playback playback(@Nullable String token) {
    return sessions.get(token);
  }

  private @Nullable Fault fault(String uri) {
    for (Planned planned : faults) {
      if (uri.contains(planned.part()) && planned.times().getAndDecrement() > 0) {
        return planned.fault();
      }
    }
    return null;
  }

  private byte @Nullable [] body(String file, URI uri, @Nullable String number, Playback playback) {
    String token = Playlists.query(uri, "SessionToken");
    return switch (file) {
      case "getHLSMasterPlaylist.m3u8" ->
          """
          #EXTM3U
          #EXT-X-VERSION:1
          #EXT-X-STREAM-INF:CODECS="avc1.4d4032",RESOLUTION=320x240,FRAME-RATE=10,BANDWIDTH=329640
          getHLSMediaPlaylist.m3u8?SessionToken=%s&TrackNumber=1
          """
              .formatted(token)
              .getBytes(StandardCharsets.UTF_8);
      case "getHLSMediaPlaylist.m3u8" ->
          playlist(String.valueOf(token), playback).getBytes(StandardCharsets.UTF_8);
      case "getMP4InitFragment.mp4" ->
          stored.get(Integer.parseInt(String.valueOf(Playlists.query(uri, "Of")))).init();
      case "getMP4MediaFragment.mp4" ->
          stored.stream()
              .filter(s -> s.number().equals(number))
              .map(Stored::media)
              .findFirst()
              .orElse(null);
      default -> null;
    };
  }

  /** What a session lists, as KVS does: live, nothing older than the newest listed before. */
  private List<Stored> listed(String token, Playback playback) {
    if (arrivals(token)) {
      List<Stored> all = new ArrayList<>();
      for (Stored s : stored) {
        Instant at = FIRST_ARRIVAL.plusSeconds(all.size());
        all.add(new Stored(s.number(), at, s.duration(), s.init(), s.media()));
      }
      return all;
    }
    List<Stored> all = new ArrayList<>(stored);
    if (playback instanceof Playback.Live) {
      List<Stored> rising = new ArrayList<>();
      for (Stored s : all) {
        if (rising.isEmpty() || s.start().isAfter(rising.getLast().start())) {
          rising.add(s);
        }
      }
      return rising;
    }
    all.sort(Comparator.comparing(Stored::start));
    return all;
  }

  private synchronized boolean arrivals(String token) {
    return byArrival.contains(token);
  }

  private String playlist(String token, Playback playback) {
    List<Stored> all = listed(token, playback);
    int from =
        switch (playback) {
          case Playback.Live() -> Math.max(0, all.size() - liveWindow);
          case Playback.Replay(var start) -> firstStartingAt(all, start);
          case Playback.OnDemand(var start, var end) -> firstStartingAt(all, start);
        };
    // sequence numbers are the session's own
    int base = Math.abs(token.hashCode() % 1000);
    StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n");
    text.append("#EXT-X-MEDIA-SEQUENCE:").append(base + from).append('\n');
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    byte[] init = {};
    for (int i = from; i < all.size(); i++) {
      Stored s = all.get(i);
      if (playback instanceof Playback.OnDemand(var start, var end) && !s.start().isBefore(end)) {
        break;
      }
      text.append("#EXT-X-DISCONTINUITY\n");
      if (!Arrays.equals(init, s.init())) {
        init = s.init();
        text.append(
            "#EXT-X-MAP:URI=\"getMP4InitFragment.mp4?SessionToken=%s&TrackNumber=1&Of=%d%s\"\n"
                .formatted(token, indexOf(s), initMoves ? "&Reload=" + System.nanoTime() : ""));
      }
      text.append("#EXT-X-PROGRAM-DATE-TIME:").append(s.start()).append('\n');
      text.append("#EXTINF:").append(s.duration().toMillis() / 1000.0).append(",\n");
      text.append(mediaHost)
          .append(
              "getMP4MediaFragment.mp4?FragmentNumber=%s&SessionToken=%s&TrackNumber=1\n"
                  .formatted(s.number(), token));
    }
    text.append(playback instanceof Playback.OnDemand ? "#EXT-X-ENDLIST\n" : "");
    return text.toString();
  }

  private int indexOf(Stored listed) {
    int i = 0;
    while (!stored.get(i).number().equals(listed.number())) {
      i++;
    }
    return i;
  }

  private static int firstStartingAt(List<Stored> all, Instant start) {
    int i = 0;
    while (i < all.size() && all.get(i).start().isBefore(start)) {
      i++;
    }
    return i;
  }

  private static void send(HttpExchange exchange, byte[] body, @Nullable Fault fault)
      throws IOException {
    byte[] sent = body;
    List<String> accepted =
        new ArrayList<>(exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of()));
    if (accepted.contains("gzip") && exchange.getRequestURI().getPath().endsWith(".m3u8")) {
      exchange.getResponseHeaders().add("Content-Encoding", "gzip");
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(packed)) {
        out.write(body);
      }
      sent = packed.toByteArray();
    }
    exchange.sendResponseHeaders(200, sent.length);
    exchange
        .getResponseBody()
        .write(sent, 0, fault instanceof Fault.Truncated ? sent.length / 2 : sent.length);
    exchange.getResponseBody().flush();
  }
}
