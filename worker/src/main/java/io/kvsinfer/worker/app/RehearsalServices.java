package io.kvsinfer.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.media.decode.MediaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * AWS as far as a rehearsal asks for it: one server on loopback. Every stream has a fragment a
 * second, by HLS and by GetMedia; the tables have the cameras of {@link #CAMERAS}; records are
 * taken. Every other call is refused.
 */
public final class RehearsalServices implements AutoCloseable {
  /** The cameras' settings by id, as the table has them: between them both ways to read. */
  static final Map<String, String> CAMERAS =
      Map.of(
          "rehearsal-hls", item("rehearsal-hls", "HLS", "weapon", "fire_smoke"),
          "rehearsal-getmedia", item("rehearsal-getmedia", "GETMEDIA", "alpr"));

  /** The launch that may take their leases. */
  static final String LAUNCH = "rehearsal";

  static final String CAMERAS_TABLE = "cameras";

  private static final int OK = 200;
  private static final int REFUSED = 400;
  private static final byte[] REFUSAL =
      "{\"__type\":\"AccessDeniedException\",\"message\":\"this is a rehearsal\"}".getBytes(UTF_8);
  private static final byte[] MASTER =
      """
      #EXTM3U
      #EXT-X-VERSION:1
      #EXT-X-STREAM-INF:CODECS="avc1.4d4032",RESOLUTION=320x240,FRAME-RATE=20,BANDWIDTH=100000
      media.m3u8?SessionToken=rehearsal
      """
          .getBytes(UTF_8);

  /** A live session has that many fragments when it is opened. */
  private static final int BEFORE = 3;

  private static final Duration FRAGMENT = Duration.ofSeconds(1);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RehearsalMedia media;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Instant began = Instant.now();
  private final AtomicInteger sent = new AtomicInteger();
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  private RehearsalServices(RehearsalMedia media, HttpServer server) {
    this.media = media;
    this.server = server;
  }

  /** Starts them on a free port. */
  public static RehearsalServices start() throws IOException, MediaException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RehearsalServices services = new RehearsalServices(RehearsalMedia.encoded(), server);
    server.setExecutor(services.threads);
    server.createContext("/", services::answer);
    server.start();
    return services;
  }

  /**
   * System properties with which AWS's clients in this process call nobody else. They outweigh
   * variables of the environment, but for those that name the endpoint of a single service.
   */
  public Map<String, String> properties() {
    return Map.of(
        "aws.endpointUrl", endpoint(),
        "aws.region", "us-east-1",
        "aws.accessKeyId", "rehearsal",
        "aws.secretAccessKey", "rehearsal");
  }

  /** A fragment as Matroska, as it might lie in a file. */
  public byte[] fragment() throws IOException {
    return media.fragment(0, Instant.now());
  }

  /**
   * Whether every camera said in its row that it runs, which it does once a frame was looked at.
   */
  boolean allRun() {
    return running.containsAll(CAMERAS.keySet());
  }

  private String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      byte[] body = call.getRequestBody().readAllBytes();
      switch (call.getRequestURI().getPath()) {
        case "/getDataEndpoint" -> send(call, "{\"DataEndpoint\":\"%s\"}".formatted(endpoint()));
        case "/getMedia" -> sendMedia(call);
        case "/getHLSStreamingSessionURL" ->
            send(
                call,
                "{\"HLSStreamingSessionURL\":\"%s/master.m3u8?SessionToken=rehearsal\"}"
                    .formatted(endpoint()));
        case "/master.m3u8" -> send(call, MASTER);
        case "/media.m3u8" -> send(call, playlist());
        case "/init.mp4" -> send(call, media.init());
        case "/segment.mp4" ->
            send(call, media.segment(Integer.parseInt(query(call, "FragmentNumber"))));
        case "/" -> answerTarget(call, body);
        default -> refuse(call);
      }
    }
  }

  /** A fragment a second until nobody reads on. */
  private void sendMedia(HttpExchange call) throws IOException {
    call.sendResponseHeaders(OK, 0);
    try {
      while (true) {
        call.getResponseBody().write(media.fragment(sent.incrementAndGet(), Instant.now()));
        call.getResponseBody().flush();
        Thread.sleep(FRAGMENT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String query(HttpExchange call, String name) {
    String query = String.valueOf(call.getRequestURI().getQuery());
    return List.of(query.split("&", -1)).stream()
        .filter(part -> part.startsWith(name + "="))
        .map(part -> part.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  /** What has come until now, and what is to come at its time. */
  private String playlist() {
    long newest = BEFORE + Duration.between(began, Instant.now()).toSeconds();
    StringBuilder text = new StringBuilder();
    text.append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n");
    text.append("#EXT-X-MAP:URI=\"init.mp4?SessionToken=rehearsal\"\n");
    for (int i = 0; i < newest; i++) {
      text.append("#EXT-X-PROGRAM-DATE-TIME:").append(began.plusSeconds(i - BEFORE));
      text.append("\n#EXTINF:1.0,\nsegment.mp4?FragmentNumber=").append(i);
      text.append("&SessionToken=rehearsal\n");
    }
    return text.toString();
  }

  /** DynamoDB and Kinesis Data Streams, which tell their calls apart by a header. */
  private void answerTarget(HttpExchange call, byte[] body) throws IOException {
    String target = String.valueOf(call.getRequestHeaders().getFirst("X-Amz-Target"));
    switch (target.substring(target.indexOf('.') + 1)) {
      case "GetItem" -> {
        JsonNode request = JSON.readTree(body);
        String camera = request.at("/Key/id/S").asText();
        send(
            call,
            request.path("TableName").asText().equals(CAMERAS_TABLE)
                ? "{\"Item\":" + CAMERAS.getOrDefault(camera, "{}") + "}"
                : "{}");
      }
      case "UpdateItem" -> {
        String request = new String(body, UTF_8);
        if (request.contains("\"running\"")) {
          running.add(JSON.readTree(request).at("/Key/camera_id/S").asText());
        }
        send(call, row());
      }
      case "PutRecord" -> send(call, taken());
      default -> refuse(call);
    }
  }

  /** Of a camera that is wanted, whose lease the rehearsal has. */
  private static String row() {
    return """
    {"Attributes":{
      "launch":{"M":{"id":{"S":"%1$s"}}},
      "lease":{"M":{"generation":{"N":"1"},"owner":{"S":"%1$s"},
        "counter":{"N":"0"},"released":{"BOOL":false}}},
      "desired":{"M":{"verdict":{"S":"accepted"},"violations":{"L":[]}}}}}
    """
        .formatted(LAUNCH);
  }

  private static String item(String id, String mode, String... types) {
    StringBuilder detectors = new StringBuilder();
    for (String type : types) {
      detectors.append(detectors.isEmpty() ? "" : ",");
      detectors.append("{\"M\":{\"type\":{\"S\":\"").append(type).append("\"}}}");
    }
    return """
    {"id":{"S":"%1$s"},"stream_name":{"S":"%1$s"},
     "playback":{"M":{"mode":{"S":"%2$s"}}},"detectors":{"L":[%3$s]}}
    """
        .formatted(id, mode, detectors);
  }

  /** CBOR (RFC 8949), which the client of Kinesis asks for: a map of two texts. */
  private static byte[] taken() {
    ByteArrayOutputStream cbor = new ByteArrayOutputStream();
    cbor.write(0xa2);
    for (String text : List.of("ShardId", "shardId-0", "SequenceNumber", "1")) {
      cbor.write(0x60 | text.length());
      cbor.writeBytes(text.getBytes(UTF_8));
    }
    return cbor.toByteArray();
  }

  private static void refuse(HttpExchange call) throws IOException {
    call.sendResponseHeaders(REFUSED, REFUSAL.length);
    call.getResponseBody().write(REFUSAL);
  }

  private static void send(HttpExchange call, String body) throws IOException {
    send(call, body.getBytes(UTF_8));
  }

  private static void send(HttpExchange call, byte[] body) throws IOException {
    call.sendResponseHeaders(OK, body.length);
    call.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
