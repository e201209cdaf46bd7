package io.kvsinfer.contract.event;

import java.time.Instant;

/**
 * A worker's first record on the event stream after it took a camera's lease, schema {@value
 * #SCHEMA}; travels in the partition key of the camera.
 */
public record LeaseRecord(String cameraId, long generation, String launch, Instant at)
    implements StreamRecord {
  /** The value of {@code schema}. */
  public static final String SCHEMA = "kvs-infer.lease/1";
}
