package io.kvsinfer.contract.settings;

import org.jspecify.annotations.Nullable;

/**
 * Where events go; what is not given comes from the environment.
 *
 * @param dynamodbTable a worker without Lambdas writes its events there itself
 */
public record PublisherSettings(
    @Nullable String kinesisStreamName, @Nullable String s3Bucket, @Nullable String dynamodbTable) {
  /** Nothing given. */
  public static PublisherSettings none() {
    return new PublisherSettings(null, null, null);
  }
}
