import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSource;
import io.kvsinfer.worker.source.SourceHttp;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads and decodes live streams camera-0, camera-1, … in one process and prints what that costs, as
 * a line of JSON. Every frame is decoded and closed; nothing is looked for in it.
 *
 *     java … StreamsLoad.java HLS|GETMEDIA STREAMS WARM_SECONDS SECONDS
 */
final class StreamsLoad {
  private static final long MAIN = System.nanoTime();

  /** Of one frame, in nanoseconds of the wall: when it was captured and when it was handed on. */
  private record Seen(String fragment, Instant capturedAt, Instant at) {}

  private static final PrometheusRegistry REGISTRY = new PrometheusRegistry();
  private static final GetMediaMetrics GETMEDIA = new GetMediaMetrics(REGISTRY);
  private static final HlsMetrics HLS = new HlsMetrics(REGISTRY);

  public static void main(String[] args) throws Exception {
    boolean hls = args[0].equals("HLS");
    int streams = Integer.parseInt(args[1]);
    HttpClient http = SourceHttp.client();
    List<FrameSource> sources = new ArrayList<>();
    List<List<Seen>> seen = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    long[] first = {0, 0};
    for (int i = 0; i < streams; i++) {
      FrameSource source = new FrameSource("camera-" + i, source(hls, "camera-" + i, http));
      List<Seen> frames = Collections.synchronizedList(new ArrayList<>());
      sources.add(source);
      seen.add(frames);
      source.start();
      readers.add(Thread.ofPlatform().name("reader-" + i).start(() -> read(source, frames, first)));
    }
    Thread.sleep(Duration.ofSeconds(Integer.parseInt(args[2])));
    Map<String, Long> threadsBefore = cpuByThread();
    long cpuBefore = cpu();
    long wakesBefore = wakes();
    long framesBefore = frames(seen);
    int from = seen.getFirst().size();
    Thread.sleep(Duration.ofSeconds(Integer.parseInt(args[3])));
    long cpu = cpu() - cpuBefore;
    long wakes = wakes() - wakesBefore;
    Map<String, Long> byThread = cpuByThread();
    threadsBefore.forEach((name, ticks) -> byThread.merge(name, -ticks, Long::sum));
    long frames = frames(seen) - framesBefore;
    System.gc();
    long rss = rss();
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    long gaps = sources.stream().mapToLong(s -> s.gaps().gaps()).sum();
    sources.forEach(FrameSource::close);
    for (Thread reader : readers) {
      reader.join();
    }
    http.close();
    List<Double> late = new ArrayList<>();
    List<Double> firsts = new ArrayList<>();
    for (List<Seen> one : seen) {
      latencies(one.subList(Math.min(from, one.size()), one.size()), late, firsts);
    }
    System.err.println("CPU by thread, in 1/100 s: " + byThread);
    System.out.printf(
        "{\"mode\": \"%s\", \"streams\": %d, \"seconds\": %s, \"frames\": %d, \"cpu_s\": %.2f,"
            + " \"cpu_us_per_frame\": %.1f, \"wakes_per_frame\": %.2f, \"rss_mb\": %.1f, \"java_threads\": %d,"
            + " \"native_threads\": %d, \"gaps\": %d, \"first_frame_ms\": %d, \"cpu_to_first_frame_ms\": %d,"
            + " \"capture_to_frame_ms\": %s, \"segment_complete_to_first_frame_ms\": %s}%n",
        args[0],
        streams,
        args[3],
        frames,
        cpu / 1e9,
        cpu / 1e3 / Math.max(1, frames),
        (double) wakes / Math.max(1, frames),
        rss / 1024.0,
        threads,
        nativeThreads,
        gaps,
        first[0] / 1_000_000,
        first[1] / 1_000_000,
        quantiles(late),
        quantiles(firsts));
  }

  private static long nativeThreads;

  private static FragmentSource source(boolean hls, String stream, HttpClient http) {
    return hls
        ? new HlsSource(
            stream,
            KvsHlsSessions.connect(stream, "us-east-1", 300),
            HlsSettings.of(PlaybackSettings.Preset.BALANCED),
            new HlsStart.Newest(),
            HLS,
            http,
            InstantSource.system(),
            new SplittableRandom(1))
        : new GetMediaSource(
            stream,
            KvsMediaConnections.connect(stream, "us-east-1", http),
            GetMediaSettings.defaults(),
            new GetMediaStart.Selected(),
            GETMEDIA,
            InstantSource.system(),
            new SplittableRandom(1));
  }

  private static void read(FrameSource source, List<Seen> frames, long[] first) {
    try {
      while (!source.ended()) {
        try (VideoFrame frame = source.read().orElse(null)) {
          if (frame != null) {
            synchronized (first) {
              if (first[0] == 0) {
                first[0] = System.nanoTime() - MAIN;
                first[1] = cpu();
              }
            }
            frames.add(
                new Seen(
                    String.valueOf(frame.time().fragmentNumber()),
                    frame.time().capturedAt(),
                    Instant.now()));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A segment is complete when the first frame after it was captured. */
  private static void latencies(List<Seen> frames, List<Double> late, List<Double> firsts) {
    Seen begin = null;
    for (Seen frame : frames) {
      late.add(millis(frame.capturedAt(), frame.at()));
      if (begin == null || !begin.fragment().equals(frame.fragment())) {
        if (begin != null) {
          firsts.add(millis(frame.capturedAt(), begin.at()));
        }
        begin = frame;
      }
    }
    if (!firsts.isEmpty()) {
      firsts.removeFirst(); // of a fragment that had begun before it was counted
    }
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  private static String quantiles(List<Double> values) {
    if (values.isEmpty()) {
      return "null";
    }
    Collections.sort(values);
    double sum = values.stream().mapToDouble(v -> v).sum();
    return "{\"avg\": %.1f, \"p50\": %.1f, \"p95\": %.1f, \"p99\": %.1f}"
        .formatted(sum / values.size(), at(values, .5), at(values, .95), at(values, .99));
  }

  private static double at(List<Double> sorted, double quantile) {
    return sorted.get((int) Math.min(sorted.size() - 1, quantile * sorted.size()));
  }

  private static long frames(List<List<Seen>> seen) {
    return seen.stream().mapToLong(List::size).sum();
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** CPU of this process's threads in hundredths of a second, by their names without numbers. */
  private static Map<String, Long> cpuByThread() throws IOException {
    Map<String, Long> byName = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        String stat = Files.readString(task.resolve("stat"));
        int end = stat.lastIndexOf(')');
        String name = stat.substring(stat.indexOf('(') + 1, end).replaceAll("[-#]?\\d+$", "");
        String[] fields = stat.substring(end + 2).split(" ");
        byName.merge(name, Long.parseLong(fields[11]) + Long.parseLong(fields[12]), Long::sum);
      }
    }
    return byName;
  }

  /** How often threads of this process waited and were woken; unlike CPU, no other load changes it. */
  private static long wakes() throws IOException {
    long sum = 0;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        for (String line : Files.readAllLines(task.resolve("status"))) {
          if (line.startsWith("voluntary_ctxt_switches:")) {
            sum += Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
          }
        }
      }
    }
    return sum;
  }

  /** Resident memory in KiB. */
  private static long rss() throws Exception {
    long rss = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      String[] fields = line.split("\\s+");
      rss = fields[0].equals("VmRSS:") ? Long.parseLong(fields[1]) : rss;
      nativeThreads = fields[0].equals("Threads:") ? Long.parseLong(fields[1]) : nativeThreads;
    }
    return rss;
  }
}
