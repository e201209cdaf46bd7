package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.LocalAws;
import io.kvsinfer.worker.app.CameraWorker.Ending;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A camera from taking its lease to giving it back, with real services, models and video. */
@Tag("media")
class CameraWorkerTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final OnnxModels MODELS =
      OnnxModels.of(ModelOptions.defaults().withFolder(TestMedia.repository().resolve("models")));
  private static LocalAws cloud;

  @TempDir static Path shared;
  @TempDir Path folder;

  private final String table = StateTables.create(Tables.CAMERA_STATE);
  private final CameraStateTable states = new CameraStateTable(StateTables.dynamo(), table);
  private final LeaseTable leases = new LeaseTable(StateTables.dynamo(), table);
  private final ScriptedSource source = new ScriptedSource();
  private final BlockingQueue<HlsStart> starts = new LinkedBlockingQueue<>();
  private final List<Background<Ending>> runs = new ArrayList<>();
  private CameraSettings changed = Cameras.camera("");
  private PrometheusRegistry told = new PrometheusRegistry();
  private String stream;

  @BeforeAll
  static void services() {
    cloud = new LocalAws(shared);
  }

  @AfterAll
  static void servicesEnd() {
    cloud.close();
    MODELS.close();
  }

  @BeforeEach
  void stream() throws Exception {
    stream = cloud.stream();
  }

  @AfterEach
  void nothing_native_is_left() {
    assertThat(runs).allMatch(Background::isDone);
    assertThat(NativeObjects.open()).isZero();
  }

  private static List<Fragment> house(int seconds) throws Exception {
    return Footage.of(TestMedia.require("video/house6.mp4"), 6, seconds, 5, Footage.T).stream()
        .map(f -> new Fragment(f.number(), f.frames(), true))
        .toList();
  }

  private CameraWorker worker(CameraSettings settings, Tenure tenure, ScriptedSource... sources) {
    BlockingQueue<ScriptedSource> script = new LinkedBlockingQueue<>(Arrays.asList(sources));
    InstantSource clock = InstantSource.system();
    told = new PrometheusRegistry();
    return new CameraWorker(
        settings,
        tenure,
        new SettingsFollower(settings, () -> Optional.of(changed)),
        new CameraStatus(clock, "0123456789ab", "1.0", "127.0.0.1:9090"),
        new CameraWorker.Shared(
            Detectors.load(),
            new DetectorContext(MODELS, "cpu"),
            (camera, start) -> {
              starts.add(start);
              return Objects.requireNonNull(script.poll(), "no further source");
            },
            publishing(tenure instanceof OwnTenure ? null : stream),
            new WorkerMetrics(told),
            clock));
  }

  /** Publishing to that stream; null = nowhere. */
  private Publishing publishing(@Nullable String to) {
    return new Publishing(
        cloud.s3(),
        cloud.kinesis(),
        StateTables.dynamo(),
        to,
        to == null ? null : LocalAws.BUCKET,
        Duration.ofDays(30),
        folder,
        null,
        new PublishMetrics(new PrometheusRegistry()),
        InstantSource.system());
  }

  private Tenure leased(String launch) {
    return new LeasedTenure(
        "yard", launch, states, new LeaseKeeper(leases, "yard", launch, System::nanoTime));
  }

  private Background<Ending> start(CameraWorker worker) {
    Background<Ending> run = Background.start(worker::run);
    runs.add(run);
    return run;
  }

  private CameraState state() {
    return states.get("yard").orElseThrow();
  }

  private Lease lease() {
    return Objects.requireNonNull(state().lease());
  }

  private Status status() {
    return Objects.requireNonNull(state().status());
  }

  private String reached() {
    Checkpoint checkpoint = state().checkpoint();
    return checkpoint == null ? "" : String.valueOf(checkpoint.fragmentNumber());
  }

  private List<IncidentEvent> events() throws Exception {
    return cloud.events(stream);
  }

  private static void eventually(String what, Callable<Boolean> so) throws Exception {
    Eventually.until(what, SOON, so);
  }

  @Test
  void a_camera_is_watched_drained_and_taken_over_where_it_was_left() throws Exception {
    List<Fragment> house = house(10);
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraWorker first = worker(Cameras.camera(""), leased("l-1"), source);
    Background<Ending> watching = start(first);
    source.then(house.subList(0, 6));
    eventually(
        "an event arrives, after its pictures",
        () -> {
          List<IncidentEvent> events = events();
          events.forEach(CameraWorkerTest::hasPictures);
          return !events.isEmpty();
        });
    // The last fragment may have pictures in the decoder until another comes.
    eventually("the checkpoint follows", () -> reached().equals("5"));
    assertThat(lease()).extracting(Lease::owner, Lease::generation).containsExactly("l-1", 1L);
    eventually("it is told to run", () -> status().phase() == Phase.RUNNING);

    first.drain();
    assertThat(watching.get()).isEqualTo(Ending.DRAINED);
    assertThat(source.isClosed()).isTrue();
    assertThat(lease().released()).isTrue();
    assertThat(status().phase()).isEqualTo(Phase.STOPPED);
    assertThat(cloud.records(stream).getFirst())
        .isInstanceOfSatisfying(
            LeaseRecord.class,
            r -> {
              assertThat(r.generation()).isEqualTo(1);
              assertThat(r.launch()).isEqualTo("l-1");
            });
    List<IncidentEvent> before = events();
    assertThat(before).allMatch(e -> Objects.equals(e.generation(), 1L) && e.late());
    Checkpoint left = Objects.requireNonNull(state().checkpoint());
    // As the source ends, the pictures held back may still come and be looked at.
    assertThat(left.fragmentNumber()).isIn("5", "6");
    int done = Integer.parseInt(Objects.requireNonNull(left.fragmentNumber()));
    assertThat(left.openIncidents()).isNotEmpty();

    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
    ScriptedSource rest =
        new ScriptedSource().then(house.subList(done, 10)).then(new SourceEvent.End());
    Background<Ending> successor = start(worker(Cameras.camera(""), leased("l-2"), rest));
    assertThat(successor.get()).isEqualTo(Ending.ENDED);
    assertThat(starts)
        .containsExactly(
            new HlsStart.Newest(),
            new HlsStart.After(left.fragmentNumber(), left.capturedAt(), Duration.ofMinutes(5)));
    assertThat(lease()).extracting(Lease::owner, Lease::generation).containsExactly("l-2", 2L);
    List<IncidentEvent> all = events();
    assertThat(all.stream().filter(e -> e.phase() == IncidentEvent.Phase.OPENED))
        .as("what was open stays the same incident")
        .extracting(IncidentEvent::label)
        .doesNotHaveDuplicates();
    assertThat(all.stream().filter(e -> e.phase() == IncidentEvent.Phase.CLOSED))
        .as("the stream has ended: everything is closed")
        .extracting(IncidentEvent::incidentId)
        .containsAll(before.stream().map(IncidentEvent::incidentId).toList());
    assertThat(all.subList(before.size(), all.size()))
        .allMatch(e -> Objects.equals(e.generation(), 2L) && "l-2".equals(e.launch()));
    assertThat(Objects.requireNonNull(state().checkpoint()).openIncidents()).isEmpty();
  }

  private static void hasPictures(IncidentEvent event) {
    if (event.phase() == IncidentEvent.Phase.CLOSED) {
      return;
    }
    Stream.of(event.snapshot(), event.annotated(), event.crop())
        .map(Objects::requireNonNull)
        .forEach(o -> assertThat(cloud.object(o.key())).startsWith(0xFF, 0xD8));
  }

  @Test
  void a_lost_lease_ends_publishing_and_leaves_the_camera_to_the_other() throws Exception {
    List<Fragment> house = house(6);
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraWorker worker = worker(Cameras.camera(""), leased("l-1"), source);
    Background<Ending> watching = start(worker);
    source.then(house.subList(0, 1));
    source.awaitIdle();
    eventually("it runs", () -> worker.status().phase() == Phase.RUNNING);

    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
    leases.take("yard", "l-2", lease());
    // The checkpoint before the first event is refused already, so none goes out.
    source.then(house.subList(1, 6));
    assertThat(watching.get()).isEqualTo(Ending.LEASE_LOST);
    assertThat(source.isClosed()).isTrue();
    assertThat(lease()).isEqualTo(new Lease(2, "l-2", 0, false));
    assertThat(cloud.records(stream)).hasOnlyElementsOfType(LeaseRecord.class);
    assertThat(state().checkpoint()).isNull();
    assertThat(status().phase()).as("not the other's to read").isNotEqualTo(Phase.STOPPED);
  }

  @Test
  void a_camera_is_waited_for_while_another_has_it() throws Exception {
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    leases.take("yard", "l-1", null);
    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
    CameraWorker worker = worker(Cameras.camera(""), leased("l-2"), source);
    Background<Ending> waiting = start(worker);
    eventually("it is told to start", () -> state().status() != null);
    assertThat(status().phase()).isEqualTo(Phase.STARTING);
    worker.drain();
    assertThat(waiting.get()).isEqualTo(Ending.DRAINED);
    assertThat(lease()).isEqualTo(new Lease(1, "l-1", 0, false));
    assertThat(starts).isEmpty();
  }

  @Test
  void settings_that_no_detector_can_be_made_of_are_refused_and_the_camera_given_back()
      throws Exception {
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraSettings settings = Cameras.camera("detectors: [{type: fire_smoke, model: nothing}]");
    assertThat(start(worker(settings, leased("l-1"), source)).get()).isEqualTo(Ending.REFUSED);
    assertThat(status().phase()).isEqualTo(Phase.REFUSED);
    assertThat(status().error()).contains("nothing");
    assertThat(lease().released()).isTrue();
    source.close();
  }

  @Test
  void what_is_open_is_closed_when_the_camera_is_paused_and_the_pause_is_not_caught_up()
      throws Exception {
    List<Fragment> house = house(8);
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraWorker worker = worker(Cameras.camera(""), leased("l-1"), source);
    Background<Ending> watching = start(worker);
    source.then(house.subList(0, 6));
    eventually("an event arrives", () -> !events().isEmpty());
    states.putDesired("yard", new Desired(null, Outcome.PAUSED, List.of()));
    worker.drain();
    assertThat(watching.get()).isEqualTo(Ending.DRAINED);
    assertThat(Objects.requireNonNull(state().checkpoint()).openIncidents()).isEmpty();
    List<IncidentEvent> events = events();
    assertThat(events.stream().filter(e -> e.phase() == IncidentEvent.Phase.CLOSED))
        .extracting(IncidentEvent::incidentId)
        .containsExactlyInAnyOrderElementsOf(
            events.stream()
                .filter(e -> e.phase() == IncidentEvent.Phase.OPENED)
                .map(IncidentEvent::incidentId)
                .toList());

    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
    Instant back = Footage.T.plusSeconds(3600);
    states.putDesired("yard", new Desired(null, Outcome.ACCEPTED, List.of()).resumed(back));
    ScriptedSource rest = new ScriptedSource().then(new SourceEvent.End());
    assertThat(start(worker(Cameras.camera(""), leased("l-2"), rest)).get())
        .isEqualTo(Ending.ENDED);
    assertThat(starts)
        .containsExactly(
            new HlsStart.Newest(), new HlsStart.After(null, back, Duration.ofMinutes(5)));
    assertThat(counted("kvs_infer_paused_seconds")).isPositive();
    assertThat(counted("kvs_infer_gap_seconds")).as("a pause is no gap").isZero();
  }

  /** Of the newest worker, all series of a counter together. */
  private double counted(String name) {
    return told.scrape().stream()
        .filter(m -> m.getMetadata().getName().equals(name))
        .map(CounterSnapshot.class::cast)
        .flatMap(c -> c.getDataPoints().stream())
        .mapToDouble(d -> d.getValue())
        .sum();
  }

  @Test
  void what_closed_a_short_while_ago_stays_quiet_for_the_next_worker() throws Exception {
    assertThat(openedAfterAPause(3600)).as("a cooldown that lasts").isZero();
  }

  @Test
  void what_closed_before_the_cooldown_passed_alerts_again_in_the_next_worker() throws Exception {
    assertThat(openedAfterAPause(0)).isPositive();
  }

  /** A burning house is watched, paused, and watched again by another worker at once. */
  private long openedAfterAPause(int cooldownSeconds) throws Exception {
    List<Fragment> house = house(12);
    CameraSettings settings =
        Cameras.camera(
            "detectors: [{type: fire_smoke, labels: [smoke], cooldown_seconds: %d}]"
                .formatted(cooldownSeconds));
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraWorker first = worker(settings, leased("l-1"), source);
    Background<Ending> watching = start(first);
    source.then(house.subList(0, 6));
    eventually("an event arrives", () -> !events().isEmpty());
    states.putDesired("yard", new Desired(null, Outcome.PAUSED, List.of()));
    first.drain();
    assertThat(watching.get()).isEqualTo(Ending.DRAINED);
    List<IncidentEvent> before = events();
    assertThat(before.getLast().phase()).isEqualTo(IncidentEvent.Phase.CLOSED);

    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
    Instant back = Objects.requireNonNull(state().checkpoint()).capturedAt().plusMillis(1);
    states.putDesired("yard", new Desired(null, Outcome.ACCEPTED, List.of()).resumed(back));
    ScriptedSource rest =
        new ScriptedSource().then(house.subList(7, 12)).then(new SourceEvent.End());
    assertThat(start(worker(settings, leased("l-2"), rest)).get()).isEqualTo(Ending.ENDED);
    List<IncidentEvent> all = events();
    return all.subList(before.size(), all.size()).stream()
        .filter(e -> e.phase() == IncidentEvent.Phase.OPENED)
        .count();
  }

  @Test
  void a_camera_that_is_paused_before_its_worker_saw_a_picture_leaves_nothing_open()
      throws Exception {
    List<Fragment> house = house(6);
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraWorker first = worker(Cameras.camera(""), leased("l-1"), source);
    Background<Ending> watching = start(first);
    source.then(house);
    eventually("an event arrives", () -> !events().isEmpty());
    first.drain();
    assertThat(watching.get()).isEqualTo(Ending.DRAINED);
    assertThat(Objects.requireNonNull(state().checkpoint()).openIncidents()).isNotEmpty();

    assertThat(StateTables.launch(states, "yard", "l-2", "l-1")).isTrue();
    CameraWorker blind = worker(Cameras.camera(""), leased("l-2"), new ScriptedSource());
    Background<Ending> waiting = start(blind);
    eventually("it is connected", () -> starts.size() == 2);
    states.putDesired("yard", new Desired(null, Outcome.PAUSED, List.of()));
    assertThat(waiting.get()).isEqualTo(Ending.DRAINED);
    assertThat(Objects.requireNonNull(state().checkpoint()).openIncidents()).isEmpty();
    List<IncidentEvent> events = events();
    assertThat(events.stream().filter(e -> e.phase() == IncidentEvent.Phase.CLOSED))
        .allMatch(e -> e.frame().width() == 426 && e.frame().height() == 240)
        .extracting(IncidentEvent::incidentId)
        .containsExactlyInAnyOrderElementsOf(
            events.stream()
                .filter(e -> e.phase() == IncidentEvent.Phase.OPENED)
                .map(IncidentEvent::incidentId)
                .toList());
  }

  @Test
  void a_camera_that_is_not_wanted_any_more_is_given_up_without_a_signal() throws Exception {
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    states.putDesired("yard", new Desired(null, Outcome.PAUSED, List.of()));
    assertThat(start(worker(Cameras.camera(""), leased("l-1"), source)).get())
        .isEqualTo(Ending.DRAINED);
    assertThat(lease().released()).isTrue();
    source.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "detectors: [{type: fire_smoke, confidence_threshold: 0.99}] | false",
        "detectors: [{type: fire_smoke, confirm: {hits: 90, window: 90}}] | false",
        "detectors: [{type: fire_smoke, min_duration_seconds: 600}] | false",
        "regions: [{name: sky, kind: include, polygon: [[0, 0], [0.01, 0], [0, 0.01]]}] | false",
        "regions: [{name: all, kind: mask, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}] | false",
        "fps_target: 0.01 | false",
        "detectors: [{type: fire_smoke, cooldown_seconds: 7}] | true",
        "detectors: [{type: fire_smoke, params: {lists: {wanted: [AB123]}}}] | true",
        "tags: {site: north} | true"
      })
  void live_settings_are_taken_up_between_two_fragments_without_a_new_connection(
      String settings, boolean seen) throws Exception {
    List<Fragment> house = house(9);
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    changed = Cameras.camera(settings);
    assertThat(SettingsRevision.restart(changed))
        .isEqualTo(SettingsRevision.restart(Cameras.camera("")));
    states.putDesired(
        "yard",
        new Desired(
            SettingsRevision.of(changed),
            Outcome.ACCEPTED,
            List.of(),
            SettingsRevision.restart(changed),
            null));
    CameraWorker worker = worker(Cameras.camera(""), leased("l-1"), source);
    Background<Ending> watching = start(worker);
    source.then(house.subList(0, 3));
    eventually(
        "the row tells the settings in force",
        () -> SettingsRevision.of(changed).equals(worker.status().snapshot().settingsRevision()));
    source.then(house.subList(3, 9)).then(new SourceEvent.End());
    assertThat(watching.get()).isEqualTo(Ending.ENDED);
    assertThat(starts).as("one connection").hasSize(1);
    assertThat(events().isEmpty()).as("nothing is confirmed any more").isEqualTo(!seen);
  }

  @Test
  void a_stream_that_is_refused_is_told_and_a_drain_does_not_wait_for_the_next_try()
      throws Exception {
    source.then(new HlsStreamException("there is no stream yard", true, null));
    CameraWorker worker = worker(Cameras.camera(""), new OwnTenure(), source);
    Background<Ending> run = start(worker);
    eventually("it has failed", () -> worker.status().phase() == Phase.FAILED);
    assertThat(worker.status().snapshot().error()).isEqualTo("there is no stream yard");
    worker.drain();
    assertThat(run.get()).isEqualTo(Ending.DRAINED);
    assertThat(worker.status().phase()).isEqualTo(Phase.STOPPED);
  }

  @Test
  void a_failure_inside_is_told_and_a_lost_lease_does_not_wait_for_the_next_try() throws Exception {
    assertThat(StateTables.launch(states, "yard", "l-1", null)).isTrue();
    CameraWorker worker = worker(Cameras.camera(""), leased("l-1"));
    Background<Ending> run = start(worker);
    eventually("it has failed", () -> worker.status().phase() == Phase.FAILED);
    assertThat(worker.status().snapshot().error()).isEqualTo("no further source");
    leases.release("yard", lease());
    assertThat(run.get()).isEqualTo(Ending.LEASE_LOST);
  }

  @Test
  void what_the_source_does_becomes_the_phase() throws Exception {
    source.then(house(1));
    CameraWorker worker = worker(Cameras.camera(""), new OwnTenure(), source);
    Background<Ending> run = start(worker);
    eventually("it runs", () -> worker.status().phase() == Phase.RUNNING);
    source.stalled = true;
    eventually("it has stalled", () -> worker.status().phase() == Phase.STALLED);
    source.state = ConnectionState.RECONNECTING;
    eventually("it reconnects", () -> worker.status().phase() == Phase.RECONNECTING);
    source.trouble = Optional.of("playlist answered 403");
    eventually(
        "it says why", () -> "playlist answered 403".equals(worker.status().snapshot().error()));
    source.trouble = Optional.empty();
    source.stalled = false;
    source.state = ConnectionState.CONNECTED;
    eventually("it runs again", () -> worker.status().phase() == Phase.RUNNING);
    worker.drain();
    assertThat(run.get()).isEqualTo(Ending.DRAINED);
  }

  @Test
  void a_camera_that_never_connects_says_why() throws Exception {
    source.state = ConnectionState.CONNECTING;
    source.trouble = Optional.of("stream yard has no media to play right now");
    CameraWorker worker = worker(Cameras.camera(""), new OwnTenure(), source);
    Background<Ending> run = start(worker);
    eventually("it says why", () -> worker.status().snapshot().error() != null);
    assertThat(worker.status().phase()).isEqualTo(Phase.CONNECTING);
    assertThat(worker.status().snapshot().error()).contains("no media to play");
    worker.drain();
    assertThat(run.get()).isEqualTo(Ending.DRAINED);
  }

  @Test
  void a_worker_that_is_alone_keeps_its_place_while_it_lives() {
    OwnTenure tenure = new OwnTenure();
    assertThat(tenure.checkpoint()).isEmpty();
    Checkpoint reached = new Checkpoint("7", Instant.EPOCH, List.of());
    assertThat(tenure.save(reached)).isTrue();
    assertThat(tenure.checkpoint()).contains(reached);
    assertThat(tenure.lease()).isNull();
    assertThat(tenure.mayPublish()).isTrue();
  }
}
