package io.kvsinfer.worker.publish;

import java.time.Duration;

/**
 * Bounds of publishing for one camera.
 *
 * @param spoolBytes bound of the spool on disk
 * @param batchRecords most events in one call to Kinesis, which takes 500
 * @param batchBytes most bytes of events and pictures held in memory at once
 * @param checkpointEvery a checkpoint without events is kept at most so often
 * @param firstRetry wait after the first failure, doubling up to {@code mostRetry}
 */
public record PublishLimits(
    long spoolBytes,
    int batchRecords,
    long batchBytes,
    Duration checkpointEvery,
    Duration firstRetry,
    Duration mostRetry) {
  public PublishLimits {
    if (spoolBytes <= 0 || batchRecords < 1 || batchRecords > 500 || batchBytes <= 0) {
      throw new IllegalArgumentException(
          "spoolBytes=%d batchRecords=%d batchBytes=%d: greater than 0, at most 500 records"
              .formatted(spoolBytes, batchRecords, batchBytes));
    }
  }

  /**
   * The contract's: 256 MiB, a checkpoint every 5 s. What waits goes on within 5 s after the end of
   * an outage, with time for the call itself.
   */
  public static PublishLimits defaults() {
    return new PublishLimits(
        256L << 20,
        100,
        4L << 20,
        Duration.ofSeconds(5),
        Duration.ofMillis(500),
        Duration.ofSeconds(2));
  }
}
