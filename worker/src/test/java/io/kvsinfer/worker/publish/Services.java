package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.Relay;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real Kinesis and S3 on this machine, each behind a relay that can go away. */
final class Services {
  static final String BUCKET = "media";

  private final LocalKinesis kinesisService;
  private final LocalS3 s3Service;
  final Relay kinesisRelay;
  final Relay s3Relay;
  final KinesisClient kinesis;
  final S3Client s3;
  private final KinesisClient directKinesis;
  private final S3Client directS3;

  Services(Path folder) throws Exception {
    kinesisService = LocalKinesis.start(folder.resolve("kinesis.log"));
    s3Service = LocalS3.start(folder.resolve("s3").toAbsolutePath());
    kinesisRelay = new Relay(kinesisService.endpoint());
    s3Relay = new Relay(s3Service.endpoint());
    kinesis = kinesis(kinesisRelay.endpoint());
    s3 = s3(s3Relay.endpoint());
    directKinesis = kinesis(kinesisService.endpoint());
    directS3 = s3(s3Service.endpoint());
    directS3.createBucket(b -> b.bucket(BUCKET));
  }

  /** A new stream of one shard. */
  String stream() throws Exception {
    String name = "events-" + UUID.randomUUID();
    directKinesis.createStream(c -> c.streamName(name).shardCount(1));
    Eventually.until(
        "stream is active",
        Duration.ofSeconds(20),
        () ->
            directKinesis
                    .describeStreamSummary(d -> d.streamName(name))
                    .streamDescriptionSummary()
                    .streamStatus()
                == StreamStatus.ACTIVE);
    return name;
  }

  /** Everything on the stream, in order. */
  List<StreamRecord> records(String stream) throws Exception {
    String shard =
        directKinesis.listShards(l -> l.streamName(stream)).shards().getFirst().shardId();
    String iterator =
        directKinesis
            .getShardIterator(g ->
                g.streamName(stream)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    List<StreamRecord> records = new ArrayList<>();
    while (true) {
      String from = iterator;
      GetRecordsResponse response = directKinesis.getRecords(g -> g.shardIterator(from));
      for (var record : response.records()) {
        records.add(EventCodec.read(record.data().asByteArray()));
      }
      if (response.records().isEmpty() && response.millisBehindLatest() == 0) {
        return records;
      }
      iterator = response.nextShardIterator();
    }
  }

  List<IncidentEvent> events(String stream) throws Exception {
    return records(stream).stream()
        .filter(IncidentEvent.class::isInstance)
        .map(IncidentEvent.class::cast)
        .toList();
  }

  List<String> keys() {
    return directS3.listObjectsV2(l -> l.bucket(BUCKET)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  byte[] object(String key) {
    return directS3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asByteArray();
  }

  void close() throws IOException {
    kinesis.close();
    s3.close();
    directKinesis.close();
    directS3.close();
    kinesisRelay.close();
    s3Relay.close();
    kinesisService.close();
    s3Service.close();
  }

  private static KinesisClient kinesis(URI endpoint) {
    return KinesisClient.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(credentials())
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(5)))
        .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD))
        .build();
  }

  private static S3Client s3(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(credentials())
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(5)))
        .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD))
        .build();
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY));
  }
}
