package io.kvsinfer.worker.publish;

import io.kvsinfer.store.EventTable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where a camera's events go; what is absent is left out.
 *
 * @param stream name of the Kinesis stream; given together with {@code kinesis}
 * @param table for a worker without the events function, which writes its events there itself
 */
public record Destinations(
    @Nullable S3Client s3,
    @Nullable KinesisClient kinesis,
    @Nullable String stream,
    @Nullable EventTable table) {
  public Destinations {
    if ((kinesis == null) != (stream == null)) {
      throw new IllegalArgumentException("a Kinesis client and a stream name go together");
    }
  }
}
