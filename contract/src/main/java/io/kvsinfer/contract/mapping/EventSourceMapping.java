package io.kvsinfer.contract.mapping;

import java.time.Duration;

/**
 * How a stream feeds a function. Batches that are given up are described in the media bucket under
 * {@link #GIVEN_UP}.
 *
 * @param function logical name of the function
 * @param source what feeds it
 * @param batchSize records a call at most
 * @param window longest wait for a batch
 * @param bisect whether a failed batch is halved
 * @param maxRetries of a batch
 * @param maxRecordAge older records go to the failure destination
 * @param partialBatch whether {@code batchItemFailures} is read from the answer
 */
public record EventSourceMapping(
    String function,
    Source source,
    int batchSize,
    Duration window,
    boolean bisect,
    int maxRetries,
    Duration maxRecordAge,
    boolean partialBatch) {
  /**
   * Begins the key of a batch that was given up: {@code
   * aws/lambda/MAPPING/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID}. Lambda's own; it takes no other.
   */
  public static final String GIVEN_UP = "aws/lambda/";

  /** What feeds a function. */
  public enum Source {
    EVENTS_STREAM,
    CAMERAS_TABLE_STREAM,
    INCIDENTS_TABLE_STREAM
  }
}
