package io.kvsinfer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;

/**
 * Runs what operators run most, so that the JVM can note which classes that takes ({@code
 * -XX:AOTCacheOutput}): the launcher starts it once after a build. Kinesis Video Streams is a
 * server on loopback that has a fragment for every call; every other call is refused. Nothing
 * outside is called.
 */
final class Rehearsal {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String STREAM = "kvs:rehearsal";
  private static final int FRAMES = 20;
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int OK = 200;
  private static final int REFUSED = 400;
  private static final String REFUSAL =
      "{\"__type\":\"AccessDeniedException\",\"message\":\"this is a rehearsal\"}";

  private final Clip clip;
  private final HttpServer aws;
  private final AtomicInteger sent = new AtomicInteger();

  private Rehearsal(Clip clip) throws IOException {
    this.clip = clip;
    aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.createContext("/", this::answer);
  }

  /** Runs the commands one after the other and ends the process, whose exit writes the cache. */
  public static void main(String[] arguments) throws IOException, MediaException {
    Thread.ofPlatform().daemon().start(Rehearsal::endInTime);
    Clip clip = clip();
    Path file = Files.createTempFile("kvs-infer", ".mkv");
    Rehearsal rehearsal = new Rehearsal(clip);
    rehearsal.aws.start();
    try {
      Files.write(file, clip.fragment(0));
      rehearsal.run("--help");
      rehearsal.run("cameras", "list");
      rehearsal.run("events", "list");
      rehearsal.run("read", STREAM, "--json");
      rehearsal.run("read", STREAM, "--mode", "GETMEDIA", "--json", "--max-frames", "5");
      rehearsal.run("read", file.toString(), "--json");
      rehearsal.run("detect", file.toString(), "--json");
    } finally {
      rehearsal.aws.stop(0);
      Files.delete(file);
    }
    System.exit(0);
  }

  /** Nobody waits for a rehearsal that hangs. */
  private static void endInTime() {
    try {
      Thread.sleep(LONGEST);
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a command answers is of no account: most of them are refused. */
  private void run(String... command) {
    Map<String, String> aws =
        Map.of(
            "aws.endpointUrl", endpoint(),
            "aws.region", "us-east-1",
            "aws.accessKeyId", "rehearsal",
            "aws.secretAccessKey", "rehearsal");
    aws.forEach(System::setProperty);
    Map<String, String> tables =
        Map.of(
            "KVS_INFER_CAMERAS_TABLE", "cameras",
            "KVS_INFER_STATE_TABLE", "state",
            "KVS_INFER_EVENTS_TABLE", "events",
            "KVS_INFER_INCIDENTS_TABLE", "incidents");
    CommandLine line = KvsInfer.commandLine(tables, Clock.systemUTC());
    line.setOut(new PrintWriter(Writer.nullWriter()));
    line.setErr(new PrintWriter(Writer.nullWriter()));
    line.execute(command);
  }

  private String endpoint() {
    return "http://127.0.0.1:" + aws.getAddress().getPort();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      call.getRequestBody().readAllBytes();
      switch (call.getRequestURI().getPath()) {
        case "/getDataEndpoint" ->
            send(call, OK, "{\"DataEndpoint\":\"%s\"}".formatted(endpoint()).getBytes(UTF_8));
        case "/getMedia" -> send(call, OK, clip.fragment(sent.incrementAndGet()));
        default -> send(call, REFUSED, REFUSAL.getBytes(UTF_8));
      }
    }
  }

  private static void send(HttpExchange call, int status, byte[] body) throws IOException {
    call.sendResponseHeaders(status, body.length);
    call.getResponseBody().write(body);
  }

  /** A second of grey pictures, encoded. */
  private static Clip clip() throws MediaException {
    byte[] grey = new byte[WIDTH * HEIGHT * 3];
    List<Sample> samples = new ArrayList<>();
    try (H264Encoder encoder = H264Encoder.open(WIDTH, HEIGHT, FRAMES, 100_000, FRAMES)) {
      for (int i = 0; i < FRAMES; i++) {
        samples.addAll(encoder.encodeBgr(grey, i * 1_000_000L / FRAMES));
      }
      samples.addAll(encoder.finish());
      return new Clip(encoder.track(), samples);
    }
  }

  private record Clip(VideoTrack track, List<Sample> samples) {
    /** As GetMedia sends a fragment that comes now: one from long ago would be left out. */
    byte[] fragment(int number) throws IOException {
      String now = "%d.000".formatted(Instant.now().getEpochSecond());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      MatroskaWriter mkv = new MatroskaWriter(bytes);
      mkv.header(track);
      mkv.tags(
          Map.of(
              "AWS_KINESISVIDEO_FRAGMENT_NUMBER", "" + number,
              "AWS_KINESISVIDEO_SERVER_TIMESTAMP", now,
              "AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", now));
      mkv.startCluster(0);
      for (Sample sample : samples) {
        mkv.frame(sample.data(), sample.presentUs() / 1000, sample.keyframe());
      }
      mkv.tags(Map.of("AWS_KINESISVIDEO_CONTINUATION_TOKEN", "" + number));
      return bytes.toByteArray();
    }
  }
}
