package io.kvsinfer.local.mapping;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;

/**
 * Reads one shard from its oldest record to its end, in batches of the mapping's size and window.
 */
final class ShardReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

  private final RecordStream stream;
  private final String shard;
  private final EventSourceMapping mapping;
  private final BatchDelivery delivery;
  private final List<StreamRecord> batch = new ArrayList<>();
  private long batchBegan;
  private @Nullable String iterator;
  private @Nullable String last;
  private boolean trimmed;
  private volatile boolean finished;
  private volatile boolean everIdle;
  private volatile long idleSince;

  ShardReader(
      RecordStream stream, String shard, EventSourceMapping mapping, BatchDelivery delivery) {
    this.stream = stream;
    this.shard = shard;
    this.mapping = mapping;
    this.delivery = delivery;
  }

  /** Whether the shard was closed and all of it is delivered. */
  boolean finished() {
    return finished;
  }

  /** Whether a read that began after {@code nanos} found nothing while nothing was on its way. */
  boolean idleAfter(long nanos) {
    return finished || (everIdle && idleSince - nanos > 0);
  }

  @Override
  public void run() {
    try {
      while (!finished) {
        step();
      }
    } catch (InterruptedException e) {
      // The mapping is closing: this is the end of the thread.
      Thread.currentThread().interrupt();
    }
  }

  private void step() throws InterruptedException {
    long began = System.nanoTime();
    RecordStream.Page page;
    try {
      String from = iterator == null ? stream.iterator(shard, last) : iterator;
      page = stream.read(shard, from, mapping.batchSize() - batch.size());
    } catch (TrimmedDataAccessException e) {
      restart(e);
      return;
    } catch (SdkException e) {
      LOG.warn("{} cannot be read, tried again in {}: {}", shard, AFTER_ERROR, e.getMessage());
      iterator = null;
      Thread.sleep(AFTER_ERROR);
      return;
    }
    trimmed = false;
    iterator = page.next();
    take(page.records(), began);
    boolean end = page.next() == null;
    if (!batch.isEmpty() && (end || batch.size() >= mapping.batchSize() || windowIsOver())) {
      delivery.deliver(batch);
      batch.clear();
    } else if (batch.isEmpty() && page.atTip()) {
      idleSince = began;
      everIdle = true;
    }
    finished = end;
    if (!end && page.records().size() < mapping.batchSize()) {
      Thread.sleep(POLL);
    }
  }

  /**
   * The iterator points before the oldest record there is, as DynamoDB Local says of one that was
   * asked for before the first record: another is taken, from the last record that was read, and if
   * that is gone too from the oldest there is.
   */
  private void restart(TrimmedDataAccessException e) throws InterruptedException {
    LOG.debug("{}: another iterator is taken: {}", shard, e.getMessage());
    iterator = null;
    if (trimmed) {
      last = null;
    }
    trimmed = true;
    Thread.sleep(POLL);
  }

  private void take(List<StreamRecord> records, long began) {
    if (records.isEmpty()) {
      return;
    }
    if (batch.isEmpty()) {
      batchBegan = began;
    }
    batch.addAll(records);
    last = records.getLast().sequenceNumber();
  }

  private boolean windowIsOver() {
    return System.nanoTime() - batchBegan >= mapping.window().toNanos();
  }
}
