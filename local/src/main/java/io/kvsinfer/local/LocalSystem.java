package io.kvsinfer.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.local.ecs.EcsEndpoint;
import io.kvsinfer.local.ecs.EcsSettings;
import io.kvsinfer.local.ecs.TaskDefinition;
import io.kvsinfer.local.kvs.KvsServer;
import io.kvsinfer.local.lambda.FunctionDefinition;
import io.kvsinfer.local.lambda.LambdaRuntime;
import io.kvsinfer.local.mapping.RecordStream;
import io.kvsinfer.local.sns.SnsEndpoint;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.TableCreator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Everything that AWS is in the cloud, on free ports of this machine. */
final class LocalSystem implements AutoCloseable {
  /** Made before the servers start side by side: the first logger of a process sets logging up. */
  private static final Logger log = LoggerFactory.getLogger(LocalSystem.class);

  private static final String REGION = "us-east-1";
  private static final String PREFIX = "kvs-infer-local-";
  private static final String STREAM = PREFIX + "events";
  private static final String BUCKET = PREFIX + "media";
  private static final String CLUSTER = "kvs-infer-local";
  private static final String FAMILY = "kvs-infer-worker";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY));

  private final Opened opened = new Opened();
  private final Map<String, String> environment = new TreeMap<>();
  private final DynamoDbClient dynamo;
  private final S3Client s3;
  private final KinesisClient kinesis;
  private final KvsServer kvs;
  private final EcsEndpoint ecs;
  private final Triggers triggers;
  private volatile @Nullable Triggers starting;

  private LocalSystem(
      LocalFolder folder,
      Programs programs,
      Map<String, Path> models,
      Map<String, String> variables)
      throws IOException {
    try {
      CompletableFuture<DynamoDbLocal> database = later(DynamoDbLocal::start);
      CompletableFuture<LocalS3> storage = later(() -> LocalS3.start(folder.s3()));
      CompletableFuture<LocalKinesis> records =
          later(() -> LocalKinesis.start(folder.logs().resolve("kinesis.log")));
      URI dynamoAt = opened.add(database.join()).endpoint();
      URI s3At = opened.add(storage.join()).endpoint();
      URI kinesisAt = opened.add(records.join()).endpoint();
      kvs = opened.add(KvsServer.start(0));
      dynamo =
          opened.add(
              DynamoDbClient.builder()
                  .region(Region.of(REGION))
                  .credentialsProvider(CREDENTIALS)
                  .endpointOverride(dynamoAt)
                  .build());
      s3 =
          opened.add(
              S3Client.builder()
                  .region(Region.of(REGION))
                  .credentialsProvider(CREDENTIALS)
                  .endpointOverride(s3At)
                  .forcePathStyle(true)
                  .build());
      kinesis =
          opened.add(
              KinesisClient.builder()
                  .region(Region.of(REGION))
                  .credentialsProvider(CREDENTIALS)
                  .endpointOverride(kinesisAt)
                  .build());
      environment.put("AWS_REGION", REGION);
      environment.put("AWS_DEFAULT_REGION", REGION);
      environment.put("AWS_ACCESS_KEY_ID", LocalS3.ACCESS_KEY);
      environment.put("AWS_SECRET_ACCESS_KEY", LocalS3.SECRET_KEY);
      environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoAt.toString());
      environment.put("AWS_ENDPOINT_URL_S3", s3At.toString());
      environment.put("AWS_ENDPOINT_URL_KINESIS", kinesisAt.toString());
      environment.putAll(kvs.environment());
      environment.put("KVS_INFER_ENVIRONMENT", "local");
      environment.putAll(variables);
      environment.put("KVS_INFER_EVENTS_STREAM", STREAM);
      environment.put("KVS_INFER_MEDIA_BUCKET", BUCKET);
      createTables();
      kinesis.createStream(r -> r.streamName(STREAM).shardCount(1));
      kinesis.waiter().waitUntilStreamExists(r -> r.streamName(STREAM));
      s3.createBucket(r -> r.bucket(BUCKET));

      ecs = opened.add(startEcs(folder, programs, models));
      environment.put("AWS_ENDPOINT_URL_ECS", ecs.endpoint().toString());
      environment.put("KVS_INFER_CLUSTER", CLUSTER);
      environment.put("KVS_INFER_TASK_DEFINITION", FAMILY);
      SnsEndpoint alerts =
          opened.add(SnsEndpoint.start(folder.alerts(), REGION, InstantSource.system()));
      environment.put("AWS_ENDPOINT_URL_SNS", alerts.endpoint().toString());
      environment.put("KVS_INFER_ALERTS_TOPIC", alerts.createTopic("kvs-infer-local-alerts"));
      Map<String, LambdaRuntime> functions = new TreeMap<>();
      for (String function : List.of(Mappings.SCHEDULER, Mappings.EVENTS, Mappings.ALERTS)) {
        functions.put(function, opened.add(startFunction(function, folder, programs)));
      }
      DynamoDbStreamsClient tableStreams =
          opened.add(
              DynamoDbStreamsClient.builder()
                  .region(Region.of(REGION))
                  .credentialsProvider(CREDENTIALS)
                  .endpointOverride(dynamoAt)
                  .build());
      triggers =
          opened.add(
              new Triggers(
                  name -> Objects.requireNonNull(functions.get(name)),
                  RecordStream.kinesis(kinesis, STREAM, REGION),
                  table -> RecordStream.table(dynamo, tableStreams, table(table), REGION),
                  s3,
                  BUCKET,
                  REGION));
      starting = triggers;
      log.info("started: {}", environment.keySet());
    } catch (RuntimeException | IOException e) {
      close();
      throw e;
    }
  }

  /** Starts all of it; nothing is left behind when a part does not start. */
  static LocalSystem start(LocalFolder folder, Programs programs, Map<String, Path> models)
      throws IOException {
    return start(folder, programs, models, Map.of());
  }

  /**
   * The same.
   *
   * @param variables more for workers and functions
   */
  static LocalSystem start(
      LocalFolder folder,
      Programs programs,
      Map<String, Path> models,
      Map<String, String> variables)
      throws IOException {
    return new LocalSystem(folder, programs, models, variables);
  }

  KvsServer kvs() {
    return kvs;
  }

  CameraTable cameraTable() {
    return new CameraTable(dynamo, table(Tables.CAMERAS));
  }

  CameraStateTable stateTable() {
    return new CameraStateTable(dynamo, table(Tables.CAMERA_STATE));
  }

  Inspection inspection() {
    return new Inspection(
        dynamo,
        s3,
        kinesis,
        new Inspection.Names(table(Tables.EVENTS), table(Tables.INCIDENTS), STREAM, BUCKET));
  }

  String bucket() {
    return BUCKET;
  }

  /** Variables with which any AWS client can look on. */
  Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  long recordsRedelivered() {
    return triggers.recordsRedelivered();
  }

  /** Records that a function never took; they are described in the bucket. */
  long recordsGivenUp() {
    return triggers.recordsGivenUp();
  }

  /**
   * Waits until no worker runs and the functions have read every stream to its end.
   *
   * @param limit of each of the two; workers that still run then are stopped
   * @return whether both came in time
   */
  boolean awaitDrained(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ecs.running().isEmpty() && System.nanoTime() - deadline < 0) {
      Thread.sleep(100);
    }
    boolean stopped = ecs.running().isEmpty();
    ecs.stopTasks(Duration.ofSeconds(10));
    return triggers.awaitDrained(limit) && stopped;
  }

  private void createTables() {
    TableCreator creator = new TableCreator(dynamo);
    Tables.ALL.forEach(t -> creator.create(t, table(t)));
    environment.put("KVS_INFER_CAMERAS_TABLE", table(Tables.CAMERAS));
    environment.put("KVS_INFER_STATE_TABLE", table(Tables.CAMERA_STATE));
    environment.put("KVS_INFER_EVENTS_TABLE", table(Tables.EVENTS));
    environment.put("KVS_INFER_INCIDENTS_TABLE", table(Tables.INCIDENTS));
  }

  private EcsEndpoint startEcs(LocalFolder folder, Programs programs, Map<String, Path> models) {
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("KVS_INFER_PORT", "0");
    variables.put("ORT_DISABLE_TELEMETRY", "1");
    variables.put("KVS_INFER_STATE", folder.state().toString());
    variables.put("KVS_INFER_JOURNAL", folder.journal().toString());
    variables.put(
        "KVS_INFER_MODEL_PATHS",
        models.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(",")));
    TaskDefinition worker =
        new TaskDefinition(
            FAMILY,
            1,
            "worker",
            programs.workerCommand(folder.logs()),
            variables,
            folder.logs().resolve("workers"),
            Duration.ofMinutes(2));
    return EcsEndpoint.start(
        new EcsSettings(REGION, CLUSTER, List.of(worker), 1000, Duration.ZERO),
        InstantSource.system(),
        this::taskChanged);
  }

  /** No task runs before the triggers are there. */
  private void taskChanged(JsonNode event) {
    Triggers there = starting;
    if (there != null) {
      there.taskChanged(event);
    }
  }

  private LambdaRuntime startFunction(String function, LocalFolder folder, Programs programs) {
    String handler =
        "io.kvsinfer.functions."
            + Character.toUpperCase(function.charAt(0))
            + function.substring(1)
            + "Handler";
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("POWERTOOLS_SERVICE_NAME", function);
    return LambdaRuntime.start(
        new FunctionDefinition(
            function,
            handler,
            List.of(programs.functions()),
            variables,
            REGION,
            512,
            Mappings.timeout(function)),
        folder.logs().resolve("function-" + function + ".log"));
  }

  private static String table(TableDefinition definition) {
    return PREFIX + definition.name();
  }

  private static <T> CompletableFuture<T> later(Supplier<T> start) {
    return CompletableFuture.supplyAsync(start, task -> Thread.ofVirtual().start(task));
  }

  @Override
  public void close() {
    opened.close();
  }
}
