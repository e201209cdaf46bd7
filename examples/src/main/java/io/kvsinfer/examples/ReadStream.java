package io.kvsinfer.examples;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings.Preset;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.source.FrameSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceHttp;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSessions;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * Reads frames of a KVS stream: start, read, health, metrics, close.
 *
 * <pre>java … io.kvsinfer.examples.ReadStream STREAM REGION FRAMES</pre>
 *
 * Credentials and endpoints are found by the AWS SDK in the environment.
 */
public final class ReadStream {
  private ReadStream() {}

  /** Runs the example. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args, System.out, System.err));
  }

  /** The exit code: 0 done, 1 failed, 2 wrong use. */
  static int run(String[] args, PrintStream out, PrintStream err) throws InterruptedException {
    if (args.length != 3) {
      err.println("usage: ReadStream STREAM REGION FRAMES");
      return 2;
    }
    HlsSettings settings = HlsSettings.of(Preset.BALANCED);
    try (HttpClient client = SourceHttp.client()) {
      HlsSessions sessions = KvsHlsSessions.connect(args[0], args[1], settings.sessionSeconds());
      read(sessions, settings, client, Integer.parseInt(args[2]), out);
      return 0;
    } catch (FrameSourceException e) {
      err.println(e.getMessage()); // says what happened and what to do
      return 1;
    }
  }

  /**
   * Reads so many frames and tells of them.
   *
   * @param client one for all cameras of a process; must not follow redirects
   * @throws FrameSourceException where the stream cannot be read
   */
  static void read(
      HlsSessions sessions, HlsSettings settings, HttpClient client, int frames, PrintStream out)
      throws InterruptedException {
    PrometheusRegistry registry = new PrometheusRegistry(); // serve it as you like
    HlsSource fragments =
        new HlsSource(
            "front-door",
            sessions,
            settings,
            new HlsStart.Newest(),
            new HlsMetrics(registry),
            client,
            InstantSource.system(),
            new SplittableRandom());
    try (FrameSource source = new FrameSource("front-door", fragments, Duration.ofSeconds(5))) {
      source.start();
      int read = 0;
      while (read < frames && !source.ended()) {
        // empty: none came within 5 s; the source reconnects by itself
        try (VideoFrame frame = source.read().orElse(null)) {
          if (frame != null) {
            read++;
            byte[] bgr = frame.toBgr();
            out.printf(
                "frame %d: %d x %d, captured %s, %d bytes%n",
                read, frame.width(), frame.height(), frame.time().capturedAt(), bgr.length);
          }
        }
      }
      out.printf("healthy: %s, state: %s%n", source.healthy(), source.state());
      out.printf("account: %s%n", source.metrics());
      for (SourceEvent.Gap gap : source.gaps().newest()) {
        out.printf("not read: %s%n", gap);
      }
    }
  }
}
