package io.kvsinfer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kvsinfer.cli.ReadTarget.ReadStart;
import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.contract.settings.PlaybackSettings.Mode;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.sample.GridCursor;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code read}: reads and decodes a source frame by frame and says what came. */
@Command(
    name = "read",
    description = {
      "Reads and decodes a source frame by frame and says what came.",
      "With --json a line per frame {frame, captured_at, server_at, fragment_number, offset_ms, width,"
          + " height, keyframe}, frame counting from 0 in the order of presentation, then a line"
          + " {frames, fragments, gaps, errors, reconnects, codec}.",
      "A gap or a file that ends in the middle is told on standard error and counted; the exit code"
          + " stays 0 as long as everything that is there was read. Ctrl-C ends with the summary."
    },
    mixinStandardHelpOptions = true)
final class ReadCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long SUMMARY_SECONDS = 5;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before call
  private KvsInfer root;

  @Parameters(
      arity = "0..1",
      paramLabel = "SOURCE",
      description =
          "kvs:NAME, an http(s) playlist, an rtsp:// camera, or a file (Matroska is told by its"
              + " bytes; a saved GetMedia answer keeps its fragments).")
  private @Nullable String source;

  @Option(
      names = "--stream-name",
      paramLabel = "NAME",
      description = "The same as kvs:NAME; a stream's ARN works too.")
  private @Nullable String streamName;

  @Option(
      names = "--mode",
      paramLabel = "HLS|GETMEDIA",
      defaultValue = "HLS",
      description = "KVS API to read a stream by (default ${DEFAULT-VALUE}).")
  private Mode mode = Mode.HLS;

  @Option(
      names = "--start",
      paramLabel = "START",
      defaultValue = "NOW",
      description =
          "NOW (default), a capture time to go on live from (2026-11-21T02:48:00Z), or FROM/TO (HLS"
              + " only). With GETMEDIA also EARLIEST, server:TIME, fragment:NUMBER (begins after it)"
              + " and token:TOKEN. For a file without times of its own, the capture time of its"
              + " first frame (default 1970-01-01).")
  private String start = "NOW";

  @Option(names = "--camera-id", paramLabel = "C", description = "Label of metrics and messages.")
  private @Nullable String cameraId;

  @Option(
      names = "--region",
      paramLabel = "R",
      description = "AWS region (default: AWS_REGION, else us-east-1).")
  private @Nullable String region;

  @Option(names = "--max-frames", paramLabel = "N", description = "End after N frames.")
  private long maxFrames = Long.MAX_VALUE;

  @Option(
      names = "--target-fps",
      paramLabel = "F",
      description = "Only the first frame of each 1/F s of capture time; its number stays.")
  private double targetFps;

  @Option(
      names = "--no-display",
      description =
          "Without a window. There is none either with --json, or where there is no display.")
  private boolean noDisplay;

  @Option(
      names = "--metrics-port",
      paramLabel = "P",
      description = "Serve Prometheus metrics at http://localhost:P/metrics meanwhile.")
  private @Nullable Integer metricsPort;

  @Option(names = "--json", description = "JSON lines on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ReadTarget target = target();
    GetMediaRead media =
        mode == Mode.GETMEDIA ? wrongUseOr(() -> GetMediaRead.of(target, start)) : null;
    ReadStart begin = wrongUseOr(() -> ReadStart.of(media == null ? start : "NOW"));
    String camera = camera(target);
    PrintWriter err = spec.commandLine().getErr();
    PrometheusRegistry registry = new PrometheusRegistry();
    ReadGaps gaps = new ReadGaps(camera, err, registry);
    try (MetricsPort metrics =
            metricsPort == null ? null : MetricsPort.open(metricsPort, registry);
        FragmentSource fragments =
            media == null
                ? target.open(camera, regionOrDefault(), begin, registry, root.clock())
                : media.open(camera, regionOrDefault(), registry, root.clock());
        FrameSource frames = new FrameSource(camera, fragments, PATIENCE, gaps)) {
      if (metrics != null) {
        err.println("Metrics at http://localhost:" + metrics.port() + "/metrics");
      }
      read(camera, frames);
    }
    return 0;
  }

  private void read(String camera, FrameSource frames)
      throws InterruptedException, JsonProcessingException {
    ReadReport report = new ReadReport(spec.commandLine().getOut(), json);
    PrintWriter err = spec.commandLine().getErr();
    ReadProgress progress = new ReadProgress(err, !json && onTerminal(), root.clock());
    GridCursor grid = targetFps > 0 ? new GridCursor(SampleGrid.of(targetFps)) : null;
    CountDownLatch summary = new CountDownLatch(1);
    Thread stop = Thread.ofPlatform().unstarted(() -> stop(frames, summary));
    Runtime.getRuntime().addShutdownHook(stop);
    try (ReadWindow window = window(camera, frames)) {
      frames.start();
      while (!frames.ended() && report.frames() < maxFrames) {
        try (VideoFrame frame = frames.read().orElse(null)) {
          if (frame != null) {
            boolean looked = grid == null || grid.take(frame.time().capturedAt());
            report.frame(frame, looked);
            progress.frame(frame);
            if (looked && window != null) {
              window.show(frame);
            }
          }
        }
      }
    } finally {
      // also where the source gave up: what came before it still counts
      progress.clear();
      report.summary(frames.metrics(), frames.decodeErrors(), frames.codec());
      summary.countDown();
      removeHook(stop);
    }
  }

  private @Nullable ReadWindow window(String camera, FrameSource frames) {
    return noDisplay || json
        ? null
        : ReadWindow.open("kvs-infer: " + camera, frames::close).orElse(null);
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /** Ctrl-C: ends the reading, which then prints its summary. */
  private static void stop(FrameSource frames, CountDownLatch summary) {
    frames.close();
    try {
      if (!summary.await(SUMMARY_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("kvs-infer: no summary within " + SUMMARY_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook(Thread stop) {
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException ending) {
      // the process is ending by Ctrl-C: the hook is what brought us here, and it stays
      spec.commandLine().getErr().flush();
    }
  }

  private ReadTarget target() {
    String given = source;
    String stream = streamName;
    if ((given == null) == (stream == null)) {
      throw wrongUse("give one SOURCE: kvs:NAME, a playlist's address or a file");
    }
    ReadTarget target =
        stream != null
            ? new ReadTarget.Stream(stream)
            : wrongUseOr(() -> ReadTarget.of(String.valueOf(given)));
    if (maxFrames < 1 || targetFps < 0) {
      throw wrongUse("--max-frames must be at least 1 and --target-fps above 0");
    }
    return target;
  }

  private String camera(ReadTarget target) {
    String given = cameraId;
    if (given != null && !Names.CAMERA_ID.matcher(given).matches()) {
      throw wrongUse("--camera-id must match " + Names.CAMERA_ID);
    }
    return given == null ? target.cameraId() : given;
  }

  private String regionOrDefault() {
    String given = region;
    return given == null ? root.environment().getOrDefault("AWS_REGION", "us-east-1") : given;
  }

  private <T> T wrongUseOr(java.util.function.Supplier<T> parsed) {
    try {
      return parsed.get();
    } catch (IllegalArgumentException e) {
      throw wrongUse(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
