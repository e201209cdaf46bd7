package io.kvsinfer.local;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.embedded.ChildProcess;
import io.kvsinfer.local.kvs.ClipFeed;
import io.kvsinfer.local.scene.Scene;
import io.kvsinfer.local.scene.SceneRenderer;
import io.kvsinfer.media.decode.MediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run of {@code kvs-infer local}, from nothing to its summary. */
final class LocalRun implements AutoCloseable {
  /** So often it is told what is waited for, also where there is no terminal. */
  private static final Duration PATIENCE_TOLD = Duration.ofSeconds(30);

  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final double COOLDOWN_SECONDS = 5;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final LocalFolder folder;
  private final Programs programs;
  private final List<CameraSpec> cameras;
  private final Map<String, Path> models;
  private final PlaybackSettings.Mode mode;
  private final Duration patience;
  private final Narrator narrator;
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<String, ClipFeed> feeds = new LinkedHashMap<>();
  private final FrameCounts frames = new FrameCounts();
  private final Set<String> told = new HashSet<>();
  private final Set<String> toldClosed = new HashSet<>();
  private final Map<String, String> toldTrouble = new HashMap<>();
  private volatile @Nullable LocalSystem system;
  private volatile @Nullable ChildProcess rehearsal;

  /**
   * @param patience until every camera has shown a frame
   */
  LocalRun(
      LocalFolder folder,
      Programs programs,
      List<CameraSpec> cameras,
      Map<String, Path> models,
      PlaybackSettings.Mode mode,
      Duration patience,
      Narrator narrator) {
    this.folder = folder;
    this.programs = programs;
    this.cameras = cameras;
    this.models = models;
    this.mode = mode;
    this.patience = patience;
    this.narrator = narrator;
  }

  /**
   * Runs until {@code limit} after every camera is connected, or until Ctrl-C.
   *
   * @param limit null = until Ctrl-C
   * @param tell gets the summary; only then does Ctrl-C let the process go
   * @throws IllegalStateException when a camera does not connect, saying why
   */
  void run(@Nullable Duration limit, Consumer<Summary> tell)
      throws IOException, InterruptedException, MediaException {
    Thread onSignal = new Thread(this::interrupt, "interrupt");
    Runtime.getRuntime().addShutdownHook(onSignal);
    Map<String, Path> clips = clips();
    narrator.busy("starting DynamoDB, S3, Kinesis, Kinesis Video Streams, functions …");
    LocalSystem running = LocalSystem.start(folder, programs, models);
    system = running;
    for (CameraSpec camera : cameras) {
      var stream = running.kvs().createStream(camera.name(), 24);
      feeds.put(
          camera.name(),
          running
              .kvs()
              .feed(
                  stream,
                  Objects.requireNonNull(clips.get(camera.name())),
                  ClipFeed.Options.looping()));
    }
    writeEnvironment(running);
    cameras.forEach(c -> running.cameraTable().put(item(c)));
    narrator.say(
        "%s onboarded; everything of this run is in %s",
        cameras.size() == 1 ? "1 camera" : cameras.size() + " cameras", folder.root());
    narrator.say(
        "look on from another terminal: source %s; ./kvs-infer cameras status --watch",
        folder.environment());
    connect(running);
    // Now that nothing waits for it.
    rehearsal = programs.workerCache().makeInBackground(folder.logs()).orElse(null);
    Instant begin = Instant.now();
    narrator.say(
        "%s  all cameras connected%s",
        CLOCK.format(begin),
        limit == null ? "; Ctrl-C ends it" : "; ends in " + limit.toSeconds() + " s");
    watch(running, begin, limit);
    Instant end = Instant.now();
    finish(running);
    tell.accept(new Report(running, folder, cameras, feeds, frames, begin, end).tell(narrator));
    ended.countDown();
  }

  /** Whether Ctrl-C is what ends it. */
  boolean isInterrupted() {
    return interrupted.getCount() == 0;
  }

  /** The files to play, scenes rendered where that was not done before. */
  private Map<String, Path> clips() throws IOException, InterruptedException {
    Map<String, Future<Path>> wanted = new LinkedHashMap<>();
    Path cache = programs.home().resolve(".kvs-infer/clips");
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (CameraSpec camera : cameras) {
        Scene scene = camera.scene();
        Path file = camera.file();
        if (scene != null) {
          Callable<Path> render =
              () ->
                  SceneRenderer.clip(
                      scene,
                      cache,
                      share ->
                          narrator.busy(
                              "rendering the scenes (once): %s %d %%",
                              scene.name(), Math.round(share * 100)));
          wanted.put(camera.name(), pool.submit(render));
        } else if (file != null) {
          wanted.put(camera.name(), pool.submit(() -> file));
        }
      }
    }
    Map<String, Path> clips = new LinkedHashMap<>();
    for (var entry : wanted.entrySet()) {
      try {
        clips.put(entry.getKey(), entry.getValue().get());
      } catch (ExecutionException e) {
        throw new IOException("cannot render the scene of camera " + entry.getKey(), e.getCause());
      }
    }
    return clips;
  }

  private ObjectNode item(CameraSpec camera) {
    ObjectNode item = JsonMapper.builder().build().createObjectNode();
    item.put("id", camera.name());
    item.put("stream_name", camera.name());
    item.put("fps_target", 5);
    item.putObject("playback").put("mode", mode.name());
    ArrayNode detectors = item.putArray("detectors");
    ObjectNode detector = detectors.addObject();
    detector.put("type", camera.type());
    detector.put("cooldown_seconds", COOLDOWN_SECONDS);
    if (camera.type().equals("objects")) {
      detector.put(
          "model",
          models.containsKey(camera.name()) ? camera.name() : models.keySet().iterator().next());
    }
    return item;
  }

  private void connect(LocalSystem running) throws InterruptedException {
    long begin = System.nanoTime();
    long telling = begin + PATIENCE_TOLD.toNanos();
    while (true) {
      Map<String, CameraState> states = running.stateTable().scan().states();
      List<String> missing = new ArrayList<>();
      for (CameraSpec camera : cameras) {
        Status status = status(states.get(camera.name()));
        if (status == null || status.lastFrameAt() == null) {
          missing.add(camera.name() + " (" + describe(states.get(camera.name())) + ")");
        }
      }
      if (missing.isEmpty()) {
        return;
      }
      narrator.busy("waiting for %s", String.join(", ", missing));
      long now = System.nanoTime();
      if (now - begin > patience.toNanos()) {
        throw new IllegalStateException(
            ("no frame within %d s: %s; the logs are in %s; where the machine is only slow,"
                    + " --connect-within gives it more time")
                .formatted(patience.toSeconds(), String.join(", ", missing), folder.logs()));
      }
      if (now >= telling) {
        narrator.say(
            "after %d s still waiting for %s",
            Duration.ofNanos(now - begin).toSeconds(), String.join(", ", missing));
        telling = now + PATIENCE_TOLD.toNanos();
      }
      if (interrupted.await(300, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("interrupted before all cameras were connected");
      }
    }
  }

  private static @Nullable Status status(@Nullable CameraState state) {
    return state == null ? null : state.status();
  }

  private static String describe(@Nullable CameraState state) {
    if (state == null) {
      return "not seen by the scheduler yet";
    }
    if (state.desired() != null && !state.desired().violations().isEmpty()) {
      return "refused: " + state.desired().violations().getFirst();
    }
    Status status = state.status();
    if (status == null) {
      return state.launch() == null ? "waiting for the scheduler" : "worker starting";
    }
    String phase = status.phase().name().toLowerCase(Locale.ROOT);
    return status.error() == null ? phase : phase + ": " + status.error();
  }

  /** Says what keeps a camera from being watched, once for each reason. */
  private void tellTrouble(CameraState state) {
    Status status = state.status();
    String error = status == null ? null : status.error();
    if (error == null) {
      toldTrouble.remove(state.cameraId());
    } else if (!error.equals(toldTrouble.put(state.cameraId(), error))) {
      narrator.say(
          "%s  %-8s %s",
          CLOCK.format(Instant.now()),
          state.cameraId(),
          describe(state).replaceAll("\\p{Cntrl}", "?"));
    }
  }

  private void watch(LocalSystem running, Instant begin, @Nullable Duration limit)
      throws InterruptedException {
    Instant until = limit == null ? Instant.MAX : begin.plus(limit);
    do {
      scrape(running);
      tellNews(running);
      narrator.busy("%d frames looked at, %d incidents", frames.total(), told.size());
    } while (!interrupted.await(1, TimeUnit.SECONDS) && Instant.now().isBefore(until));
  }

  private void scrape(LocalSystem running) throws InterruptedException {
    for (CameraState state : running.stateTable().scan().states().values()) {
      tellTrouble(state);
      Status status = state.status();
      if (status != null && status.metricsAddress() != null) {
        frames.scrape(status.metricsAddress());
      }
    }
  }

  private void tellNews(LocalSystem running) {
    for (Judgement.Seen seen : running.inspection().incidents()) {
      if (told.add(seen.incidentId())) {
        narrator.say(
            "%s  %-8s %s seen, confidence %.2f",
            CLOCK.format(seen.startedAt()), seen.camera(), seen.label(), seen.confidence());
      }
      if (seen.endedAt() != null && toldClosed.add(seen.incidentId())) {
        narrator.say(
            "%s  %-8s %s over after %.0f s",
            CLOCK.format(seen.endedAt()),
            seen.camera(),
            seen.label(),
            Duration.between(seen.startedAt(), seen.endedAt()).toMillis() / 1000.0);
      }
    }
  }

  /** Ends it as an operator would: cameras disabled, workers drained, streams read to their end. */
  private void finish(LocalSystem running) throws InterruptedException {
    narrator.busy("ending: workers publish what is confirmed …");
    scrape(running);
    cameras.forEach(c -> running.cameraTable().setEnabled(c.name(), false));
    if (!running.awaitDrained(DRAIN)) {
      narrator.say("not everything ended within %d s; the logs say why", DRAIN.toSeconds());
    }
    tellNews(running);
  }

  private void writeEnvironment(LocalSystem running) throws IOException {
    String text =
        running.environment().entrySet().stream()
            .map(e -> "export " + e.getKey() + "=" + e.getValue())
            .sorted()
            .collect(Collectors.joining("\n", "", "\n"));
    Files.writeString(folder.environment(), text);
    if (Files.getFileStore(folder.environment()).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(
          folder.environment(), PosixFilePermissions.fromString("rw-------"));
    }
  }

  /**
   * Ctrl-C: lets the run end in order, and the process wait for it. Before everything has started
   * nothing was seen, and the processes that have started end with this one.
   */
  private void interrupt() {
    if (ended.getCount() == 0 || system == null) {
      return;
    }
    interrupted.countDown();
    try {
      if (!ended.await(90, TimeUnit.SECONDS)) {
        narrator.say("it did not end within 90 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    frames.close();
    ChildProcess rehearsing = rehearsal;
    if (rehearsing != null) {
      rehearsing.kill();
    }
    LocalSystem running = system;
    if (running != null) {
      running.close();
    }
    ended.countDown();
  }
}
