package io.kvsinfer.contract.mapping;

import java.time.Duration;

/**
 * How a stream feeds a function.
 *
 * @param function logical name of the function
 * @param source what feeds it
 * @param batchSize records a call at most
 * @param window longest wait for a batch
 * @param bisect whether a failed batch is halved
 * @param maxRetries of a batch
 * @param maxRecordAge older records go to the failure destination
 * @param partialBatch whether {@code batchItemFailures} is read from the answer
 * @param onFailurePrefix key prefix in the media bucket where given-up batches are described
 */
public record EventSourceMapping(
    String function,
    Source source,
    int batchSize,
    Duration window,
    boolean bisect,
    int maxRetries,
    Duration maxRecordAge,
    boolean partialBatch,
    String onFailurePrefix) {

  /** What feeds a function. */
  public enum Source {
    EVENTS_STREAM,
    CAMERAS_TABLE_STREAM,
    INCIDENTS_TABLE_STREAM
  }
}
