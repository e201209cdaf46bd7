package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.worker.publish.Destinations;
import io.kvsinfer.worker.publish.EventJournal;
import io.kvsinfer.worker.publish.PublishLimits;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.kvsinfer.worker.publish.Publisher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where the events of this process go: what a camera's settings name, else what the environment
 * does, else nowhere.
 *
 * @param s3 shared by all cameras
 * @param kinesis likewise
 * @param dynamo likewise
 * @param stream of events; null = none unless a camera names one
 * @param bucket of pictures; likewise
 * @param retention of events that a worker writes to a table itself
 * @param state folder of the spools
 * @param journal null = none
 */
record Publishing(
    S3Client s3,
    KinesisClient kinesis,
    DynamoDbClient dynamo,
    @Nullable String stream,
    @Nullable String bucket,
    Duration retention,
    Path state,
    @Nullable EventJournal journal,
    PublishMetrics metrics,
    InstantSource clock) {

  /** Bucket of a camera's pictures; null = none are kept. */
  @Nullable String bucket(CameraSettings camera) {
    String own = camera.publishers().s3Bucket();
    return own != null ? own : bucket;
  }

  /** The publisher of a camera, its spool opened. */
  Publisher open(
      CameraSettings camera,
      @Nullable Checkpoint restored,
      Predicate<Checkpoint> save,
      BooleanSupplier mayPublish)
      throws IOException {
    String ownStream = camera.publishers().kinesisStreamName();
    String target = ownStream != null ? ownStream : stream;
    String table = camera.publishers().dynamodbTable();
    return new Publisher(
        camera.id(),
        state.resolve("spool").resolve(camera.id()),
        PublishLimits.defaults(),
        new Destinations(
            bucket(camera) == null ? null : s3,
            target == null ? null : kinesis,
            target,
            table == null
                ? null
                : new EventTable(Objects.requireNonNull(dynamo), table, retention)),
        restored,
        (id, checkpoint) -> save.test(checkpoint),
        mayPublish,
        journal,
        metrics,
        clock);
  }
}
