package io.kvsinfer.faults;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.worker.publish.Destinations;
import io.kvsinfer.worker.publish.OutgoingEvent;
import io.kvsinfer.worker.publish.Picture;
import io.kvsinfer.worker.publish.PublishLimits;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.kvsinfer.worker.publish.Publisher;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A worker process without video: it takes the lease, goes on after the checkpoint, and publishes
 * what the footage holds with the worker's own publisher, spool and checkpoints. Exits as a worker
 * does: 0 when all of it has arrived, 3 when the lease is lost.
 */
final class SyntheticWorker {
  private static final PublishLimits LIMITS =
      new PublishLimits(
          64 << 20,
          100,
          4 << 20,
          Duration.ofMillis(200),
          PublishLimits.defaults().firstRetry(),
          PublishLimits.defaults().mostRetry());

  /** Variable with which a worker gets another spool than the one before it had. */
  static final String DISK = "FAULTS_DISK";

  private static final long STAY_MS = 200;
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final byte[] JPEG = new byte[8_000];

  private final Footage footage;
  private final String launch;
  private final Environment environment;
  private final LeaseTable leases;
  private final CameraStateTable states;
  private final AtomicReference<Lease> held = new AtomicReference<>();
  private final AtomicLong safeUntil = new AtomicLong();
  private volatile boolean lost;

  private SyntheticWorker(Footage footage, String launch, DynamoDbClient dynamo) {
    this.footage = footage;
    this.launch = launch;
    this.environment = Environment.of(System.getenv());
    this.leases = new LeaseTable(dynamo, environment.stateTable());
    this.states = new CameraStateTable(dynamo, environment.stateTable());
  }

  /**
   * Fragments, folder of the spool, milliseconds a fragment takes, whether the clock jumps, and
   * whether it goes on holding the camera once all is seen, as a worker of a camera that never
   * ends. Camera and launch are in the environment, as ECS gives them to a worker.
   */
  public static void main(String[] arguments) throws Exception {
    Footage footage =
        Footage.of(System.getenv("KVS_INFER_CAMERAS"), Integer.parseInt(arguments[0]));
    Path spool = Path.of(arguments[1] + footage.camera() + System.getenv().getOrDefault(DISK, ""));
    var http = UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(5));
    try (DynamoDbClient dynamo = DynamoDbClient.builder().httpClientBuilder(http).build();
        S3Client s3 = S3Client.builder().httpClientBuilder(http).build();
        KinesisClient kinesis = KinesisClient.builder().httpClientBuilder(http).build()) {
      SyntheticWorker worker =
          new SyntheticWorker(footage, System.getenv("KVS_INFER_LAUNCH"), dynamo);
      InstantSource clock =
          Boolean.parseBoolean(arguments[3]) ? SyntheticWorker::jumping : InstantSource.system();
      boolean done =
          worker.work(
              s3,
              kinesis,
              spool,
              Long.parseLong(arguments[2]),
              clock,
              Boolean.parseBoolean(arguments[4]));
      System.exit(done ? 0 : 3);
    }
  }

  /** A clock that is thirty seconds ahead in one second and as many behind in the next. */
  private static Instant jumping() {
    Instant now = InstantSource.system().instant();
    return now.getEpochSecond() % 2 == 0 ? now.plus(STEP) : now.minus(STEP);
  }

  private boolean work(
      S3Client s3,
      KinesisClient kinesis,
      Path spool,
      long paceMillis,
      InstantSource clock,
      boolean stays)
      throws Exception {
    Optional<Lease> taken = take();
    if (taken.isEmpty()) {
      return false;
    }
    Lease lease = taken.get();
    Thread.ofVirtual().start(this::renew);
    Optional<Checkpoint> from =
        untilThere(() -> states.get(footage.camera()).map(CameraState::checkpoint));
    String bucket = environment.mediaBucket();
    int last = from.map(Checkpoint::fragmentNumber).map(Integer::parseInt).orElse(0);
    try (Publisher publisher =
        new Publisher(
            footage.camera(),
            spool,
            LIMITS,
            new Destinations(s3, kinesis, environment.eventsStream(), null),
            from.orElse(null),
            (camera, checkpoint) ->
                states.putCheckpoint(camera, checkpoint, Objects.requireNonNull(held.get())),
            () -> !lost && System.nanoTime() - safeUntil.get() < 0,
            null,
            new PublishMetrics(new PrometheusRegistry()),
            clock)) {
      publisher.publishLease(
          new LeaseRecord(footage.camera(), lease.generation(), launch, clock.instant()));
      for (int fragment = last + 1; fragment <= footage.fragments() && !lost; fragment++) {
        List<OutgoingEvent> events =
            footage.events(fragment, bucket).stream().map(SyntheticWorker::outgoing).toList();
        publisher.submit(events);
        publisher.checkpoint(footage.checkpoint(fragment, bucket));
        Thread.sleep(paceMillis);
      }
      while (!lost && !publisher.flush(Duration.ofSeconds(1))) {
        // The destinations are away: everything waits in the spool.
      }
      while (!lost && stays) {
        Thread.sleep(STAY_MS);
      }
    }
    if (!lost) {
      leases.release(footage.camera(), Objects.requireNonNull(held.get()));
    }
    return !lost;
  }

  private static OutgoingEvent outgoing(IncidentEvent event) {
    var snapshot = event.snapshot();
    return new OutgoingEvent(
        event, snapshot == null ? List.of() : List.of(new Picture(snapshot, JPEG)));
  }

  /** Empty when the camera was given to another launch. */
  private Optional<Lease> take() throws Exception {
    while (true) {
      long start = System.nanoTime();
      Optional<Lease> seen = untilThere(() -> leases.read(footage.camera()));
      boolean free = seen.map(Lease::released).orElse(true);
      if (free) {
        switch (untilThere(() -> leases.take(footage.camera(), launch, seen.orElse(null)))) {
          case LeaseOutcome.Taken(Lease taken, var _, var _) -> {
            hold(taken, start);
            return Optional.of(taken);
          }
          case LeaseOutcome.Refused(LeaseOutcome.Reason reason, var current) -> {
            if (reason == LeaseOutcome.Reason.OTHER_LAUNCH) {
              return Optional.empty();
            }
          }
        }
      }
      Thread.sleep(100);
    }
  }

  private void renew() {
    while (!lost) {
      try {
        Thread.sleep(500);
        long start = System.nanoTime();
        switch (leases.renew(footage.camera(), Objects.requireNonNull(held.get()))) {
          case LeaseOutcome.Taken(Lease taken, var _, var _) -> hold(taken, start);
          case LeaseOutcome.Refused refused -> lost = true;
        }
      } catch (SdkException e) {
        System.err.println("not renewed: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void hold(Lease taken, long start) {
    held.set(taken);
    safeUntil.set(start + LeaseTable.SAFE_FOR.toNanos());
  }

  /** A table that is away is asked again. */
  private static <T> T untilThere(Callable<T> call) throws Exception {
    while (true) {
      try {
        return call.call();
      } catch (SdkException e) {
        System.err.println("asked again: " + e.getMessage());
        Thread.sleep(200);
      }
    }
  }
}
