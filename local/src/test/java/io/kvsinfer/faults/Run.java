package io.kvsinfer.faults;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.testkit.Relay;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Cameras of one scenario, each with a worker process that is started again when it dies, as the
 * scheduler does it: a new launch, and the lease of the dead one marked as released.
 */
final class Run {
  private static final Duration END = Duration.ofMinutes(4);

  final Bench bench;
  private final List<Watch> watches = new ArrayList<>();
  private final CameraStateTable states;
  private final LeaseTable leases;
  private final EventTable events;
  private final List<Throwable> broken = new CopyOnWriteArrayList<>();
  private final long paceMillis;
  private volatile boolean disksAreLost;
  private int strikes;
  private long recoveredMillis;

  /** A camera and the process that watches it now. */
  private final class Watch {
    private final Footage footage;
    private final long seed;
    private final AtomicReference<Process> process = new AtomicReference<>();
    private final Thread thread;
    private volatile String launch = "";

    Watch(Footage footage, long seed) {
      this.footage = footage;
      this.seed = seed;
      this.thread = Thread.ofVirtual().unstarted(this::watch);
    }

    private void watch() {
      try {
        int code;
        int attempt = 0;
        do {
          Process started = launch(++attempt, disksAreLost ? "-" + attempt : "");
          String own = launch;
          process.set(started);
          code = started.waitFor();
          release(own);
        } while (code != 0);
      } catch (IOException | InterruptedException | RuntimeException e) {
        broken.add(e);
      }
    }

    /** Starts the next worker, with the spool of that disk. */
    private Process launch(int attempt, String disk) throws IOException {
      @Nullable String seen = launch.isEmpty() ? null : launch;
      launch = footage.camera() + "-" + attempt;
      Launch next = new Launch(launch, null, attempt, Instant.now(), null, null);
      if (!states.putLaunch(footage.camera(), next, seen)) {
        throw new IllegalStateException("another launch of " + footage.camera());
      }
      return bench.worker(footage, seed, launch, disk, paceMillis);
    }

    /** As the scheduler does once the task of that launch has stopped. */
    private void release(String stopped) {
      Lease lease = leases.read(footage.camera()).orElse(null);
      if (lease != null && lease.owner().equals(stopped) && !lease.released()) {
        leases.release(footage.camera(), lease);
      }
    }
  }

  Run(Bench bench, long paceMillis) {
    this.bench = bench;
    this.paceMillis = paceMillis;
    this.states = new CameraStateTable(bench.dynamo, Tables.CAMERA_STATE.name());
    this.leases = new LeaseTable(bench.dynamo, Tables.CAMERA_STATE.name());
    this.events = new EventTable(bench.dynamo, Tables.EVENTS.name(), Duration.ofDays(30));
  }

  /** Runs a scenario to its end and judges what is left. */
  Scenario.Outcome play(Scenario scenario, int cameras, int fragments, long seed)
      throws IOException, InterruptedException {
    for (int i = 0; i < cameras; i++) {
      long own = seed * 100 + i;
      String camera = "s%d-c%d".formatted(seed, i);
      watches.add(new Watch(Footage.of(camera, fragments, own), own));
    }
    watches.forEach(w -> w.thread.start());
    awaitWatching();
    scenario.fault().strike(this, new Random(seed));
    for (Watch watch : watches) {
      if (!watch.thread.join(END)) {
        throw new IllegalStateException(
            scenario.name() + ": " + watch.footage.camera() + " does not end");
      }
    }
    if (!broken.isEmpty()) {
      throw new IllegalStateException(scenario.name(), broken.getFirst());
    }
    if (!bench.events.awaitDrained(END) || !bench.alerts.awaitDrained(END)) {
      throw new IllegalStateException(scenario.name() + ": the functions do not end");
    }
    List<Footage> all = watches.stream().map(w -> w.footage).toList();
    return new Scenario.Outcome(
        scenario.name(), cameras, strikes, History.of(bench, all), recoveredMillis);
  }

  /** From now on a worker that dies leaves no spool to the next. */
  void loseDisks() {
    disksAreLost = true;
  }

  /** Puts every record of these cameras on the stream once more, as a retried put does. */
  void repeatRecords() {
    List<String> ids = watches.stream().map(w -> w.footage.camera()).toList();
    String shard =
        bench.kinesis.listShards(r -> r.streamName(Bench.stream())).shards().getFirst().shardId();
    String iterator =
        bench
            .kinesis
            .getShardIterator(r ->
                r.streamName(Bench.stream())
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    while (true) {
      String from = iterator;
      GetRecordsResponse answer = bench.kinesis.getRecords(r -> r.shardIterator(from));
      for (Record record : answer.records()) {
        if (ids.contains(record.partitionKey())) {
          bench.kinesis.putRecord(r ->
              r.streamName(Bench.stream()).partitionKey(record.partitionKey()).data(record.data()));
          strikes++;
        }
      }
      if (answer.millisBehindLatest() == 0 || answer.records().isEmpty()) {
        return;
      }
      iterator = answer.nextShardIterator();
    }
  }

  /** Kills the worker of a camera, whichever it is just now; false when it has ended. */
  boolean killWorker(Random random) {
    Process process = watches.get(random.nextInt(watches.size())).process.get();
    if (process == null || !process.isAlive()) {
      return false;
    }
    process.destroyForcibly();
    strikes++;
    return true;
  }

  /**
   * Stops a worker for a while, gives its camera to another, and lets it go on: it then believes
   * for a moment that it still holds the lease.
   */
  void replaceSleeping(Random random) throws IOException, InterruptedException {
    Watch watch = watches.get(random.nextInt(watches.size()));
    Process sleeping = watch.process.get();
    if (sleeping == null || !sleeping.isAlive()) {
      return;
    }
    signal(sleeping, "STOP");
    watch.release(watch.launch);
    Process successor = watch.launch(1000 + strikes, "-successor");
    strikes++;
    awaitHeld(watch.footage.camera(), watch.launch);
    signal(sleeping, "CONT");
    // The sleeper ends with 3; the watch starts a third, which waits for the successor's lease.
    if (successor.waitFor() != 0) {
      throw new IllegalStateException("the successor lost its lease to one that had none");
    }
  }

  /** A service is away for a while; how soon events arrive again after it is noted. */
  void away(Relay relay, Duration time) throws IOException, InterruptedException {
    relay.cut();
    Thread.sleep(time.toMillis());
    long before = stored();
    relay.restore();
    strikes++;
    long start = System.nanoTime();
    long all = watches.stream().mapToLong(w -> w.footage.events(Bench.BUCKET).size()).sum();
    if (before < all) {
      while (stored() == before) {
        if (System.nanoTime() - start > END.toNanos()) {
          throw new IllegalStateException("no event arrives after the end of an outage");
        }
        Thread.sleep(20);
      }
      recoveredMillis = Math.max(recoveredMillis, (System.nanoTime() - start) / 1_000_000);
    }
  }

  /** Ends a function's process, which may be in the middle of a batch. */
  void killFunction(String handler) {
    if (Bench.killFunction(handler)) {
      strikes++;
    }
  }

  boolean ended() {
    return watches.stream().noneMatch(w -> w.thread.isAlive());
  }

  /** Waits until every camera is watched: its worker has kept a first checkpoint. */
  private void awaitWatching() throws InterruptedException {
    for (Watch watch : watches) {
      while (broken.isEmpty()
          && states.get(watch.footage.camera()).map(CameraState::checkpoint).isEmpty()) {
        Thread.sleep(20);
      }
    }
  }

  /** Waits until the worker of a launch holds the lease. */
  private void awaitHeld(String camera, String launch) throws InterruptedException {
    while (broken.isEmpty()
        && !leases.read(camera).map(l -> l.owner().equals(launch)).orElse(false)) {
      Thread.sleep(20);
    }
  }

  private long stored() {
    return watches.stream().mapToLong(w -> events.count(w.footage.camera())).sum();
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
