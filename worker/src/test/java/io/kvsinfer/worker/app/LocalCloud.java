package io.kvsinfer.worker.app;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.s3.S3Client;

/** A Kinesis and an S3 on this machine, beside {@link StateTables}. */
final class LocalCloud implements AutoCloseable {
  static final String BUCKET = "media";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY));

  private final LocalKinesis kinesisService;
  private final LocalS3 s3Service;
  private final KinesisClient kinesis;
  private final S3Client s3;

  LocalCloud(Path folder) {
    kinesisService = LocalKinesis.start(folder.resolve("kinesis.log"));
    s3Service = LocalS3.start(folder.resolve("s3").toAbsolutePath());
    kinesis =
        KinesisClient.builder()
            .endpointOverride(kinesisService.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    s3 =
        S3Client.builder()
            .endpointOverride(s3Service.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    s3.createBucket(b -> b.bucket(BUCKET));
  }

  /** A new stream of one shard. */
  String stream() throws Exception {
    String name = "events-" + UUID.randomUUID();
    kinesis.createStream(c -> c.streamName(name).shardCount(1));
    Eventually.until(
        "stream is active",
        Duration.ofSeconds(20),
        () ->
            kinesis
                    .describeStreamSummary(d -> d.streamName(name))
                    .streamDescriptionSummary()
                    .streamStatus()
                == StreamStatus.ACTIVE);
    return name;
  }

  /** Publishing to that stream; null = nowhere. */
  Publishing publishing(@Nullable String stream, Path state) {
    return new Publishing(
        s3,
        kinesis,
        StateTables.dynamo(),
        stream,
        stream == null ? null : BUCKET,
        Duration.ofDays(30),
        state,
        null,
        new PublishMetrics(new PrometheusRegistry()),
        InstantSource.system());
  }

  /** Everything on the stream, in order. */
  List<StreamRecord> records(String stream) throws Exception {
    String shard = kinesis.listShards(l -> l.streamName(stream)).shards().getFirst().shardId();
    String iterator =
        kinesis
            .getShardIterator(g ->
                g.streamName(stream)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    List<StreamRecord> records = new ArrayList<>();
    while (true) {
      String from = iterator;
      GetRecordsResponse response = kinesis.getRecords(g -> g.shardIterator(from));
      for (var record : response.records()) {
        records.add(EventCodec.read(record.data().asByteArray()));
      }
      if (response.records().isEmpty() && response.millisBehindLatest() == 0) {
        return records;
      }
      iterator = response.nextShardIterator();
    }
  }

  /** Bytes of an object, which must be there. */
  byte[] object(String key) {
    return s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asByteArray();
  }

  @Override
  public void close() {
    kinesis.close();
    s3.close();
    kinesisService.close();
    s3Service.close();
  }
}
