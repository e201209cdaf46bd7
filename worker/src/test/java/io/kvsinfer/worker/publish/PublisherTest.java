package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.testkit.Eventually;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Against a real Kinesis and S3 on this machine; the first needs Node.js. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublisherTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final PublishLimits LIMITS =
      new PublishLimits(
          64 << 20,
          100,
          4 << 20,
          Duration.ofMillis(100),
          Duration.ofMillis(50),
          Duration.ofMillis(400));

  @TempDir static Path services;
  @TempDir Path folder;
  private Services aws;
  private String stream;
  private PrometheusRegistry registry;
  private PublishMetrics metrics;
  private final List<Checkpoint> kept = new CopyOnWriteArrayList<>();
  private final AtomicBoolean may = new AtomicBoolean(true);

  @BeforeAll
  void start() throws Exception {
    aws = new Services(services);
  }

  @AfterAll
  void stop() throws Exception {
    aws.close();
  }

  @BeforeEach
  void fresh() throws Exception {
    stream = aws.direct.stream();
    registry = new PrometheusRegistry();
    metrics = new PublishMetrics(registry);
    kept.clear();
    may.set(true);
  }

  @Test
  void pictures_are_in_s3_and_events_on_the_stream_in_order_with_the_lease_first()
      throws Exception {
    LeaseRecord lease = new LeaseRecord("yard", 7, "launch-1", Events.T);
    List<OutgoingEvent> events =
        List.of(
            Events.opened(1),
            Events.event(1, Phase.UPDATED, 2000),
            Events.opened(2),
            Events.event(1, Phase.CLOSED, 0));
    try (Publisher publisher = publisher((Checkpoint) null)) {
      publisher.publishLease(lease);
      publisher.submit(events);
      publisher.checkpoint(checkpoint("5"));
      assertThat(publisher.flush(SOON)).isTrue();
      assertThat(publisher.trouble()).isEmpty();
    }
    List<StreamRecord> records = aws.direct.records(stream);
    assertThat(records.getFirst()).isEqualTo(lease);
    assertThat(aws.direct.events(stream))
        .extracting(IncidentEvent::eventId)
        .containsExactlyElementsOf(events.stream().map(e -> e.event().eventId()).toList());
    assertThat(aws.direct.events(stream))
        .allSatisfy(e -> {
          assertThat(e.generation()).isEqualTo(7);
          assertThat(e.launch()).isEqualTo("launch-1");
          assertThat(e.publishedAt()).isNotNull();
        });
    for (OutgoingEvent event : events) {
      for (Picture picture : event.pictures()) {
        assertThat(aws.direct.object(picture.object().key())).isEqualTo(picture.jpeg());
      }
    }
    assertThat(counter("kvs_infer_events_published")).isEqualTo(4);
    assertThat(kept.getLast().fragmentNumber()).isEqualTo("5");
  }

  @Test
  void an_outage_of_kinesis_loses_nothing_and_holds_the_checkpoint_back() throws Exception {
    try (Publisher publisher = publisher((Checkpoint) null)) {
      publisher.submit(List.of(Events.opened(1)));
      assertThat(publisher.flush(SOON)).isTrue();
      aws.kinesisRelay.cut();
      try {
        for (int i = 2; i < 12; i++) {
          publisher.submit(List.of(Events.opened(i)));
          publisher.checkpoint(checkpoint(Integer.toString(i)));
        }
        Eventually.until("it is told", SOON, () -> publisher.trouble().isPresent());
        assertThat(publisher.flush(Duration.ofMillis(300))).isFalse();
        assertThat(kept).extracting(Checkpoint::fragmentNumber).doesNotContain("2", "11");
      } finally {
        aws.kinesisRelay.restore();
      }
      assertThat(publisher.flush(SOON)).isTrue();
      assertThat(publisher.trouble()).isEmpty();
    }
    assertThat(distinct(aws.direct.events(stream))).containsExactlyElementsOf(ids(1, 12));
    assertThat(kept.getLast().fragmentNumber()).isEqualTo("11");
    assertThat(counter("kvs_infer_publish_failures")).isPositive();
  }

  @Test
  void an_outage_of_s3_holds_events_back_until_their_pictures_are_there() throws Exception {
    aws.s3Relay.cut();
    OutgoingEvent event = Events.event(40, Phase.OPENED, 5000);
    try (Publisher publisher = publisher((Checkpoint) null)) {
      try {
        publisher.submit(List.of(event));
        Eventually.until("it is told", SOON, () -> publisher.trouble().isPresent());
        assertThat(aws.direct.events(stream)).isEmpty();
      } finally {
        aws.s3Relay.restore();
      }
      assertThat(publisher.flush(SOON)).isTrue();
    }
    assertThat(aws.direct.events(stream)).hasSize(1);
    assertThat(aws.direct.keys()).contains(event.pictures().getFirst().object().key());
  }

  @Test
  void a_new_process_publishes_what_the_old_one_left_but_not_its_torn_tail() throws Exception {
    may.set(false);
    try (Publisher publisher = publisher((Checkpoint) null)) {
      publisher.submit(List.of(Events.opened(1), Events.opened(2)));
      publisher.submit(List.of(Events.event(2, Phase.CLOSED, 0)));
    }
    try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
      Path segment = files.filter(f -> f.toString().endsWith(".spool")).findFirst().orElseThrow();
      Files.write(segment, new byte[] {0, 0, 1, 0, 5, 5}, StandardOpenOption.APPEND);
    }
    may.set(true);
    try (Publisher publisher = publisher((Checkpoint) null)) {
      assertThat(publisher.recovered())
          .extracting(OpenIncident::incidentId, OpenIncident::nextSequence)
          .containsExactly(tuple(Events.opened(1).event().incidentId(), 0));
      publisher.submit(List.of(Events.opened(3)));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    assertThat(aws.direct.events(stream))
        .extracting(IncidentEvent::trackId)
        .containsExactly(1L, 2L, 2L, 3L);
  }

  @Test
  void records_that_kinesis_refuses_are_sent_again_and_those_it_took_are_not() throws Exception {
    ThrottledKinesis throttled = new ThrottledKinesis(aws.kinesis, 2);
    List<OutgoingEvent> events = IntStream.range(1, 6).mapToObj(Events::opened).toList();
    try (Publisher publisher = publisher(throttled)) {
      publisher.submit(events);
      publisher.checkpoint(checkpoint("9"));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    // Five, of which two are taken; three, of which two are; the last.
    assertThat(throttled.sizes()).containsExactly(5, 3, 1);
    assertThat(aws.direct.events(stream))
        .extracting(IncidentEvent::eventId)
        .containsExactlyInAnyOrderElementsOf(ids(1, 6));
    assertThat(kept.getLast().fragmentNumber()).isEqualTo("9");
    assertThat(counter("kvs_infer_events_published")).isEqualTo(5);
    assertThat(counter("kvs_infer_publish_failures")).isEqualTo(2);
  }

  @Test
  void an_incident_never_overtakes_itself_when_kinesis_refuses_records() throws Exception {
    ThrottledKinesis throttled = new ThrottledKinesis(aws.kinesis, 1);
    try (Publisher publisher = publisher(throttled)) {
      publisher.submit(
          List.of(
              Events.opened(1),
              Events.opened(2),
              Events.event(2, Phase.UPDATED, 0),
              Events.event(1, Phase.UPDATED, 0),
              Events.event(2, Phase.CLOSED, 0),
              Events.event(1, Phase.CLOSED, 0)));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    for (long incident = 1; incident <= 2; incident++) {
      long wanted = incident;
      assertThat(aws.direct.events(stream))
          .filteredOn(e -> e.trackId() != null && e.trackId() == wanted)
          .extracting(IncidentEvent::sequence)
          .containsExactly(0, 1, 2);
    }
  }

  @Test
  void a_long_outage_with_the_process_restarted_in_it_loses_nothing_and_keeps_the_order()
      throws Exception {
    aws.kinesisRelay.cut();
    aws.s3Relay.cut();
    try {
      for (int run = 0; run < 4; run++) {
        try (Publisher publisher = publisher((Checkpoint) null)) {
          for (int i = run * 10; i < run * 10 + 10; i++) {
            publisher.submit(List.of(Events.event(i, Phase.OPENED, 20_000)));
          }
          Eventually.until("it is told", SOON, () -> publisher.trouble().isPresent());
        }
      }
    } finally {
      aws.kinesisRelay.restore();
      aws.s3Relay.restore();
    }
    try (Publisher publisher = publisher((Checkpoint) null)) {
      assertThat(publisher.recovered()).hasSize(40);
      assertThat(publisher.flush(SOON)).isTrue();
    }
    assertThat(distinct(aws.direct.events(stream))).containsExactlyElementsOf(ids(0, 40));
    assertThat(aws.direct.keys())
        .containsAll(
            IntStream.range(0, 40)
                .mapToObj(i -> Events.event(i, Phase.OPENED, 1).pictures().getFirst())
                .map(p -> p.object().key())
                .toList());
  }

  @Test
  void what_a_full_spool_gives_up_is_counted_and_logged() throws Exception {
    may.set(false);
    PublishLimits tiny =
        new PublishLimits(
            100_000, 100, 4 << 20, Duration.ofMillis(100), Duration.ofMillis(50), SOON);
    try (LoggedLines log = new LoggedLines();
        Publisher publisher = publisher(aws.kinesis, tiny, null, this::keep, null)) {
      for (int i = 0; i < 10; i++) {
        publisher.submit(List.of(Events.event(i, Phase.OPENED, 20_000)));
      }
      double dropped = counter("kvs_infer_spool_dropped");
      assertThat(dropped).isBetween(5.0, 7.0);
      assertThat(log.givenUp("yard")).isEqualTo((int) dropped);
    }
  }

  @Test
  void nothing_goes_out_without_the_lease_and_the_spool_is_stamped_by_its_next_holder()
      throws Exception {
    try (Publisher publisher = publisher((Checkpoint) null)) {
      publisher.publishLease(new LeaseRecord("yard", 1, "a", Events.T));
      assertThat(publisher.flush(SOON)).isTrue();
      publisher.stopPublishing();
      publisher.submit(List.of(Events.opened(1)));
      assertThat(publisher.flush(Duration.ofMillis(300))).isFalse();
      assertThat(aws.direct.events(stream)).isEmpty();
      publisher.publishLease(new LeaseRecord("yard", 3, "c", Events.T));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    List<StreamRecord> records = aws.direct.records(stream);
    assertThat(records).hasSize(3);
    assertThat(records.get(1)).isInstanceOf(LeaseRecord.class);
    assertThat(((IncidentEvent) records.get(2)).generation()).isEqualTo(3);
  }

  @Test
  void an_incident_is_in_the_checkpoint_before_its_event_is_on_the_stream() throws Exception {
    List<Integer> onStream = new ArrayList<>();
    CheckpointSink sink =
        (camera, checkpoint) -> {
          try {
            onStream.add(aws.direct.events(stream).size());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          kept.add(checkpoint);
          return true;
        };
    try (Publisher publisher = publisher(null, sink, null)) {
      publisher.submit(List.of(Events.opened(1)));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    assertThat(onStream).containsExactly(0);
    assertThat(kept.getFirst().openIncidents()).hasSize(1);
  }

  @Test
  void a_refused_checkpoint_means_the_lease_is_lost() throws Exception {
    try (Publisher publisher = publisher(null, (camera, checkpoint) -> false, null)) {
      publisher.submit(List.of(Events.opened(1)));
      assertThat(publisher.flush(SOON)).isFalse();
    }
    assertThat(aws.direct.events(stream)).isEmpty();
  }

  @Test
  void a_checkpoint_that_cannot_be_kept_is_tried_again() throws Exception {
    List<Checkpoint> tries = new CopyOnWriteArrayList<>();
    CheckpointSink sink =
        (camera, checkpoint) -> {
          tries.add(checkpoint);
          if (tries.size() < 3) {
            throw new IllegalStateException("the table is away");
          }
          return true;
        };
    try (Publisher publisher = publisher(null, sink, null)) {
      publisher.submit(List.of(Events.opened(1)));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    assertThat(tries).hasSizeGreaterThanOrEqualTo(3);
    assertThat(aws.direct.events(stream)).hasSize(1);
  }

  @Test
  void checkpoints_without_events_are_kept_as_they_come_due() throws Exception {
    try (Publisher publisher = publisher(checkpoint("1"))) {
      for (int i = 2; i < 6; i++) {
        publisher.checkpoint(checkpoint(Integer.toString(i)));
      }
      Eventually.until(
          "the last is kept",
          SOON,
          () -> !kept.isEmpty() && "5".equals(kept.getLast().fragmentNumber()));
    }
  }

  @Test
  void every_event_is_in_the_journal_as_soon_as_it_is_decided() throws Exception {
    may.set(false);
    Path journal = folder.resolve("journals/worker.jsonl");
    try (EventJournal lines = EventJournal.open(journal);
        Publisher publisher = publisher(null, this::keep, lines)) {
      publisher.submit(List.of(Events.opened(1), Events.event(1, Phase.CLOSED, 0)));
      List<String> written = Files.readAllLines(journal);
      assertThat(written).hasSize(2);
      String id = Events.opened(1).event().incidentId();
      assertThat(written.getFirst())
          .isEqualTo(
              ("{\"event_id\":\"%1$s-0\",\"incident_id\":\"%1$s\",\"camera_id\":\"yard\","
                      + "\"phase\":\"opened\",\"sequence\":0,"
                      + "\"captured_at\":\"2026-11-21T02:48:01.000Z\","
                      + "\"keys\":[\"media/camera=yard/dt=2026-11-21/%1$s/0-snapshot.jpg\"]}")
                  .formatted(id));
    }
  }

  @Test
  void without_destinations_events_are_done_with_when_they_were_decided() throws Exception {
    try (Publisher publisher =
        new Publisher(
            "yard",
            folder.resolve("spool"),
            LIMITS,
            new Destinations(null, null, null, null),
            null,
            this::keep,
            may::get,
            null,
            metrics,
            InstantSource.system())) {
      publisher.submit(List.of(Events.opened(1)));
      assertThat(publisher.flush(SOON)).isTrue();
    }
    assertThat(counter("kvs_infer_events_published")).isOne();
  }

  private Publisher publisher(@Nullable Checkpoint restored) throws IOException {
    return publisher(restored, this::keep, null);
  }

  private Publisher publisher(KinesisClient kinesis) throws IOException {
    return publisher(kinesis, LIMITS, null, this::keep, null);
  }

  private Publisher publisher(
      @Nullable Checkpoint restored, CheckpointSink sink, @Nullable EventJournal journal)
      throws IOException {
    return publisher(aws.kinesis, LIMITS, restored, sink, journal);
  }

  private Publisher publisher(
      KinesisClient kinesis,
      PublishLimits limits,
      @Nullable Checkpoint restored,
      CheckpointSink sink,
      @Nullable EventJournal journal)
      throws IOException {
    return new Publisher(
        "yard",
        folder.resolve("spool"),
        limits,
        new Destinations(aws.s3, kinesis, stream, null),
        restored,
        sink,
        may::get,
        journal,
        metrics,
        InstantSource.system());
  }

  private boolean keep(String camera, Checkpoint checkpoint) {
    return kept.add(checkpoint);
  }

  private static Checkpoint checkpoint(String fragment) {
    return new Checkpoint(fragment, Events.T, List.of());
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Events.opened(i).event().eventId()).toList();
  }

  /** A call that broke off may have arrived all the same: at least once, in order. */
  private static List<String> distinct(List<IncidentEvent> events) {
    return events.stream().map(IncidentEvent::eventId).distinct().toList();
  }

  private double counter(String name) {
    double sum = 0;
    for (MetricSnapshot snapshot : registry.scrape()) {
      if (snapshot instanceof CounterSnapshot c && c.getMetadata().getName().equals(name)) {
        sum += c.getDataPoints().stream().mapToDouble(p -> p.getValue()).sum();
      }
    }
    return sum;
  }
}
