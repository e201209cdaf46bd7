package io.kvsinfer.faults;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.testkit.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Cameras of one scenario, each with a worker process that is started again when it dies. */
final class Run implements AutoCloseable {
  final Bench bench;
  private final Duration limit;
  private final long begun = System.nanoTime();
  private final List<Watch> watches = new ArrayList<>();
  private final CameraStateTable states;
  private final EventTable events;
  private final List<Throwable> broken = new CopyOnWriteArrayList<>();
  private final long paceMillis;
  private final List<ProcessHandle> processes = new CopyOnWriteArrayList<>();
  private volatile boolean disksAreLost;
  private volatile boolean clocksStep;
  private volatile boolean closed;
  private int strikes;
  private long recoveredMillis;
  private @Nullable ControlPlane plane;

  /**
   * Begins one.
   *
   * @param limit for all of it: what is not over by then is broken, with the reason
   */
  Run(Bench bench, long paceMillis, Duration limit) {
    this.bench = bench;
    this.limit = limit;
    this.paceMillis = paceMillis;
    this.states = new CameraStateTable(bench.dynamo, Tables.CAMERA_STATE.name());
    this.events = new EventTable(bench.dynamo, Tables.EVENTS.name(), Duration.ofDays(30));
  }

  /** Runs a scenario to its end and judges what is left. */
  Scenario.Outcome play(Scenario scenario, int cameras, int fragments, long seed)
      throws IOException, InterruptedException {
    if (scenario.scheduled()) {
      plane = bench.controlPlane(fragments, paceMillis);
    }
    for (int i = 0; i < cameras; i++) {
      Footage footage = Footage.of("s%d-c%d".formatted(seed, i), fragments);
      watches.add(
          plane == null ? new OwnWatch(this, footage) : new ScheduledWatch(this, footage, plane));
    }
    watches.forEach(Watch::start);
    if (plane == null) {
      // The scheduler may be killed while it starts the first workers, too.
      awaitWatching();
    }
    scenario.fault().strike(this, new Random(seed));
    until("every worker ends", this::ended);
    if (!broken.isEmpty()) {
      throw new IllegalStateException(scenario.name(), broken.getFirst());
    }
    if (!bench.events.awaitDrained(left()) || !bench.alerts.awaitDrained(left())) {
      throw over("the functions have taken everything");
    }
    List<Footage> all = watches.stream().map(w -> w.footage).toList();
    return new Scenario.Outcome(
        scenario.name(), cameras, strikes, History.of(bench, all), recoveredMillis);
  }

  /**
   * Waits on a condition; where it takes too long, the workers' threads stand in the output.
   *
   * @throws IllegalStateException when the scenario takes longer than its limit
   */
  void until(String what, BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      pause(20);
      if (!broken.isEmpty()) {
        throw new IllegalStateException(what, broken.getFirst());
      }
    }
  }

  /** Lets time pass, no more than the scenario has. */
  void pause(long millis) throws InterruptedException {
    if (left().isZero()) {
      throw over("the next step");
    }
    Thread.sleep(Math.min(millis, left().toMillis() + 1));
  }

  private Duration left() {
    Duration left = limit.minusNanos(System.nanoTime() - begun);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private IllegalStateException over(String what) throws InterruptedException {
    for (ProcessHandle process : processes) {
      if (process.isAlive()) {
        // A Java process answers with what its threads do, in its log.
        signal(process, "QUIT");
      }
    }
    Thread.sleep(1000);
    return new IllegalStateException(
        "not within " + limit + ": " + what + "\n" + bench.lastWords());
  }

  /** What a camera's thread broke on. */
  void broken(Exception e) {
    if (!closed) {
      broken.add(e);
    }
  }

  /** Starts a worker of a camera. */
  Process started(Footage footage, String launch, String disk) throws IOException {
    Process started = bench.worker(footage, launch, disk, paceMillis, clocksStep);
    processes.add(started.toHandle());
    if (closed) {
      started.destroyForcibly();
    }
    return started;
  }

  CameraStateTable states() {
    return states;
  }

  boolean closed() {
    return closed;
  }

  boolean disksAreLost() {
    return disksAreLost;
  }

  /** From now on every worker that starts has a clock that jumps by thirty seconds, to and fro. */
  void stepClocks() {
    clocksStep = true;
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
    ProcessHandle process = watches.get(random.nextInt(watches.size())).process().orElse(null);
    if (process == null) {
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
    if (!(watches.get(random.nextInt(watches.size())) instanceof OwnWatch watch)) {
      throw new IllegalStateException("of cameras whose workers are started here");
    }
    ProcessHandle sleeping = watch.process().orElse(null);
    if (sleeping == null) {
      return;
    }
    signal(sleeping, "STOP");
    watch.release(watch.launch());
    Process successor = watch.launch(1000 + strikes, "-successor");
    strikes++;
    until("the successor holds the lease", watch::held);
    signal(sleeping, "CONT");
    // The sleeper ends with 3; the watch starts a third, which waits for the successor's lease.
    until("the successor ends", () -> !successor.isAlive());
    if (successor.exitValue() != 0) {
      throw new IllegalStateException("the successor lost its lease to one that had none");
    }
  }

  /** A service is away for a while; how soon events arrive again after it is noted. */
  void away(Relay relay, Duration time) throws IOException, InterruptedException {
    relay.cut();
    pause(time.toMillis());
    long before = stored();
    relay.restore();
    awaitRecovery(before);
  }

  /** A service takes connections for a while and answers nothing on them. */
  void hanging(Relay relay, Duration time) throws IOException, InterruptedException {
    relay.hang();
    pause(time.toMillis());
    long before = stored();
    relay.takeAll();
    awaitRecovery(before);
  }

  /** A service refuses every call for a while, as it does when it is asked too often. */
  void throttled(Relay relay, String status, String code, String body, Duration time)
      throws IOException, InterruptedException {
    relay.refuse(status, code, body);
    pause(time.toMillis());
    long before = stored();
    relay.takeAll();
    awaitRecovery(before);
  }

  private void awaitRecovery(long before) throws InterruptedException {
    strikes++;
    long start = System.nanoTime();
    long all = watches.stream().mapToLong(w -> w.footage.events(Bench.BUCKET).size()).sum();
    if (before < all) {
      until("an event arrives after the end of an outage", () -> stored() != before);
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
    return watches.stream().allMatch(Watch::ended);
  }

  /** Waits until every camera is watched: its worker has kept a first checkpoint. */
  private void awaitWatching() throws InterruptedException {
    for (Watch watch : watches) {
      until(
          "a worker has kept its first checkpoint",
          () -> states.get(watch.footage.camera()).map(CameraState::checkpoint).isPresent());
    }
  }

  private long stored() {
    return watches.stream().mapToLong(w -> events.count(w.footage.camera())).sum();
  }

  private static void signal(ProcessHandle process, String name) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("kill cannot be run", e);
    }
  }

  /** Ends every worker that still runs. */
  @Override
  public void close() {
    closed = true;
    processes.forEach(ProcessHandle::destroyForcibly);
    watches.forEach(Watch::interrupt);
    ControlPlane scheduled = plane;
    if (scheduled != null) {
      watches.forEach(w -> ((ScheduledWatch) w).remove());
      scheduled.close();
    }
  }
}
