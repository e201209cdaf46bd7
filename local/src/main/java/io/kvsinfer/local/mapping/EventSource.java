package io.kvsinfer.local.mapping;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.local.lambda.LambdaFunction;
import io.kvsinfer.local.mapping.RecordStream.Shard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * An event source mapping at work: a reader for each shard of a stream, parents before children,
 * from the oldest record on. Thread-safe.
 */
public final class EventSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventSource.class);
  private static final Duration LISTING = Duration.ofSeconds(1);
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
  private static final long DRAIN_LOOK_MS = 20;

  private final EventSourceMapping mapping;
  private final RecordStream stream;
  private final LambdaFunction function;
  private final FailureDestination failures;
  private final InstantSource clock;
  private final Pause pause;
  private final Counts counts = new Counts();
  private final Map<String, ShardReader> readers = new LinkedHashMap<>();
  private final Map<String, Thread> threads = new LinkedHashMap<>();
  private final Thread lister;
  private boolean listed;
  private long listedAt;

  EventSource(
      EventSourceMapping mapping,
      RecordStream stream,
      LambdaFunction function,
      FailureDestination failures,
      InstantSource clock,
      Pause pause) {
    this.mapping = mapping;
    this.stream = stream;
    this.function = function;
    this.failures = failures;
    this.clock = clock;
    this.pause = pause;
    this.lister = Thread.ofVirtual().name("mapping-" + mapping.function()).unstarted(this::list);
  }

  /** Starts one. */
  public static EventSource start(
      EventSourceMapping mapping,
      RecordStream stream,
      LambdaFunction function,
      FailureDestination failures,
      InstantSource clock) {
    return start(mapping, stream, function, failures, clock, Pause.GROWING);
  }

  static EventSource start(
      EventSourceMapping mapping,
      RecordStream stream,
      LambdaFunction function,
      FailureDestination failures,
      InstantSource clock,
      Pause pause) {
    EventSource source = new EventSource(mapping, stream, function, failures, clock, pause);
    source.lister.start();
    return source;
  }

  /** Invocations so far. */
  public long invocations() {
    return counts.invocations.sum();
  }

  /** Records that the function took. */
  public long recordsDelivered() {
    return counts.delivered.sum();
  }

  /** Records in second and later invocations with them, each time counted. */
  public long recordsRedelivered() {
    return counts.redelivered.sum();
  }

  /** Records that were given up and described in the failure destination. */
  public long recordsGivenUp() {
    return counts.givenUp.sum();
  }

  /**
   * Waits until everything that was in the stream at the time of this call is delivered or given
   * up.
   *
   * @return false when it is not after {@code limit}
   */
  public boolean awaitDrained(Duration limit) throws InterruptedException {
    long asked = System.nanoTime();
    synchronized (this) {
      while (!drained(asked)) {
        if (System.nanoTime() - asked > limit.toNanos()) {
          return false;
        }
        wait(DRAIN_LOOK_MS);
      }
    }
    return true;
  }

  private boolean drained(long asked) {
    return listed
        && listedAt - asked > 0
        && readers.values().stream().allMatch(reader -> reader.idleAfter(asked));
  }

  private void list() {
    try {
      while (true) {
        long began = System.nanoTime();
        try {
          boolean all = startReaders(stream.shards());
          synchronized (this) {
            listed = all;
            listedAt = began;
          }
        } catch (SdkException e) {
          LOG.warn("{}: shards cannot be listed: {}", mapping.function(), e.getMessage());
        }
        Thread.sleep(LISTING);
      }
    } catch (InterruptedException e) {
      // The mapping is closing: this is the end of the thread.
      Thread.currentThread().interrupt();
    }
  }

  /** Starts what may be started; whether every shard has its reader. */
  private synchronized boolean startReaders(List<Shard> shards) {
    Set<String> known = shards.stream().map(Shard::id).collect(Collectors.toSet());
    boolean all = true;
    for (Shard shard : shards) {
      if (readers.containsKey(shard.id())) {
        continue;
      }
      if (shard.parents().stream().filter(known::contains).allMatch(this::isRead)) {
        start(shard.id());
      } else {
        all = false;
      }
    }
    return all;
  }

  private boolean isRead(String shard) {
    ShardReader reader = readers.get(shard);
    return reader != null && reader.finished();
  }

  private void start(String shard) {
    ShardReader reader =
        new ShardReader(
            stream,
            shard,
            mapping,
            new BatchDelivery(mapping, stream, shard, function, failures, clock, pause, counts));
    readers.put(shard, reader);
    threads.put(
        shard,
        Thread.ofVirtual().name("mapping-" + mapping.function() + "-" + shard).start(reader));
  }

  /** Ends it; what is on its way may or may not have been taken. */
  @Override
  public void close() {
    List<Thread> all;
    lister.interrupt();
    try {
      lister.join(CLOSE_DEADLINE);
      synchronized (this) {
        all = List.copyOf(threads.values());
      }
      all.forEach(Thread::interrupt);
      for (Thread thread : all) {
        if (!thread.join(CLOSE_DEADLINE)) {
          LOG.warn("{} does not end", thread.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
