package io.kvsinfer.worker;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.testkit.Eventually;
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

/** A real Kinesis and a real S3 on this machine, with one bucket. */
public final class LocalAws implements AutoCloseable {
  /** The bucket that is there. */
  public static final String BUCKET = "media";

  private final LocalKinesis kinesisService;
  private final LocalS3 s3Service;
  private final KinesisClient kinesis;
  private final S3Client s3;

  /**
   * Starts both.
   *
   * @param folder for the objects and the log
   */
  public LocalAws(Path folder) {
    kinesisService = LocalKinesis.start(folder.resolve("kinesis.log"));
    s3Service = LocalS3.start(folder.resolve("s3").toAbsolutePath());
    kinesis = kinesis(kinesisService.endpoint());
    s3 = s3(s3Service.endpoint());
    s3.createBucket(b -> b.bucket(BUCKET));
  }

  /** Where Kinesis listens. */
  public URI kinesisEndpoint() {
    return kinesisService.endpoint();
  }

  /** Where S3 listens. */
  public URI s3Endpoint() {
    return s3Service.endpoint();
  }

  /** A client of Kinesis; it lives as long as this. */
  public KinesisClient kinesis() {
    return kinesis;
  }

  /** A client of S3; it lives as long as this. */
  public S3Client s3() {
    return s3;
  }

  /** A new stream of one shard. */
  public String stream() throws Exception {
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

  /** Everything on the stream, in order. */
  public List<StreamRecord> records(String stream) throws Exception {
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

  /** The incidents' events on the stream, in order. */
  public List<IncidentEvent> events(String stream) throws Exception {
    return records(stream).stream()
        .filter(IncidentEvent.class::isInstance)
        .map(IncidentEvent.class::cast)
        .toList();
  }

  /** Keys of all objects in {@link #BUCKET}. */
  public List<String> keys() {
    return s3.listObjectsV2(l -> l.bucket(BUCKET)).contents().stream().map(S3Object::key).toList();
  }

  /** Bytes of an object, which must be there. */
  public byte[] object(String key) {
    return s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asByteArray();
  }

  @Override
  public void close() {
    kinesis.close();
    s3.close();
    kinesisService.close();
    s3Service.close();
  }

  /** A client that gives up on a silent service after 5 s. */
  public static KinesisClient kinesis(URI endpoint) {
    return KinesisClient.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(credentials())
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(5)))
        .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD))
        .build();
  }

  /** A client that gives up on a silent service after 5 s. */
  public static S3Client s3(URI endpoint) {
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
