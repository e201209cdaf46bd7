package io.kvsinfer.faults;

import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.local.lambda.FunctionDefinition;
import io.kvsinfer.local.lambda.LambdaRuntime;
import io.kvsinfer.local.mapping.EventSource;
import io.kvsinfer.local.mapping.FailureDestination;
import io.kvsinfer.local.mapping.RecordStream;
import io.kvsinfer.local.sns.SnsEndpoint;
import io.kvsinfer.store.TableCreator;
import io.kvsinfer.testkit.Relay;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The event plane on this machine: real servers, the packaged functions as processes on their event
 * source mappings. Workers and functions reach the servers through relays that can go away.
 */
final class Bench implements AutoCloseable {
  private static final String REGION = "us-east-1";
  private static final String STREAM = "events";
  private static final int LAST_LINES = 120;

  /** In the cloud it is a minute; here scenarios are that long. */
  private static final Duration SCHEDULE = Duration.ofSeconds(5);

  static final String BUCKET = "media";

  final Relay kinesisRelay;
  final Relay s3Relay;
  final Relay dynamoRelay;
  final DynamoDbClient dynamo;
  final S3Client s3;
  final KinesisClient kinesis;
  final EventSource events;
  final EventSource alerts;
  private final Path folder;
  private final Path functions;
  private final DynamoDbStreamsClient tableStreams;
  private final Map<String, String> environment = new TreeMap<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  Bench(Path folder, Path functions) throws IOException {
    this.folder = folder;
    this.functions = functions;
    DynamoDbLocal database = opened(DynamoDbLocal.start());
    LocalS3 storage = opened(LocalS3.start(folder.resolve("s3").toAbsolutePath()));
    LocalKinesis records = opened(LocalKinesis.start(folder.resolve("kinesis.log")));
    dynamoRelay = opened(new Relay(database.endpoint()));
    s3Relay = opened(new Relay(storage.endpoint()));
    kinesisRelay = opened(new Relay(records.endpoint()));
    dynamo = opened(client(DynamoDbClient.builder(), database.endpoint().toString()));
    s3 = opened(client(S3Client.builder(), storage.endpoint().toString()));
    kinesis = opened(client(KinesisClient.builder(), records.endpoint().toString()));
    TableCreator creator = new TableCreator(dynamo);
    Tables.ALL.forEach(t -> creator.create(t, t.name()));
    kinesis.createStream(r -> r.streamName(STREAM).shardCount(1));
    kinesis.waiter().waitUntilStreamExists(r -> r.streamName(STREAM));
    s3.createBucket(r -> r.bucket(BUCKET));
    SnsEndpoint sns = opened(SnsEndpoint.start(alertsFile(), REGION, InstantSource.system()));
    environment.put("AWS_REGION", REGION);
    environment.put("AWS_ACCESS_KEY_ID", LocalS3.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", LocalS3.SECRET_KEY);
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoRelay.endpoint().toString());
    environment.put("AWS_ENDPOINT_URL_S3", s3Relay.endpoint().toString());
    environment.put("AWS_ENDPOINT_URL_KINESIS", kinesisRelay.endpoint().toString());
    environment.put("AWS_ENDPOINT_URL_SNS", sns.endpoint().toString());
    environment.put("KVS_INFER_ALERTS_TOPIC", sns.createTopic("alerts"));
    environment.put("KVS_INFER_EVENTS_STREAM", STREAM);
    environment.put("KVS_INFER_MEDIA_BUCKET", BUCKET);
    environment.put("KVS_INFER_CAMERAS_TABLE", Tables.CAMERAS.name());
    environment.put("KVS_INFER_STATE_TABLE", Tables.CAMERA_STATE.name());
    environment.put("KVS_INFER_EVENTS_TABLE", Tables.EVENTS.name());
    environment.put("KVS_INFER_INCIDENTS_TABLE", Tables.INCIDENTS.name());
    tableStreams = opened(client(DynamoDbStreamsClient.builder(), database.endpoint().toString()));
    events = source(Mappings.EVENTS, functions, RecordStream.kinesis(kinesis, STREAM, REGION), 0);
    alerts =
        source(
            Mappings.ALERTS,
            functions,
            RecordStream.table(dynamo, tableStreams, table(Tables.INCIDENTS), REGION),
            2);
  }

  /** Starts a worker process for a camera. */
  Process worker(Footage footage, String launch, String disk, long paceMillis, boolean clockSteps)
      throws IOException {
    Path log = folder.resolve("worker-" + footage.camera() + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(workerCommand(footage.fragments(), paceMillis, clockSteps, false));
    builder.environment().putAll(environment);
    builder.environment().put("KVS_INFER_CAMERAS", footage.camera());
    builder.environment().put("KVS_INFER_LAUNCH", launch);
    builder.environment().put(SyntheticWorker.DISK, disk);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }

  private List<String> workerCommand(
      int fragments, long paceMillis, boolean clockSteps, boolean stays) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Xmx128m",
        "-cp",
        System.getProperty("java.class.path"),
        SyntheticWorker.class.getName(),
        Integer.toString(fragments),
        folder.resolve("spool") + "/",
        Long.toString(paceMillis),
        Boolean.toString(clockSteps),
        Boolean.toString(stays));
  }

  /** The scheduler and an ECS that runs workers of cameras with so many fragments. */
  ControlPlane controlPlane(int fragments, long paceMillis) {
    return new ControlPlane(
        functions,
        environment,
        RecordStream.table(dynamo, tableStreams, table(Tables.CAMERAS), REGION),
        workerCommand(fragments, paceMillis, false, true),
        folder,
        SCHEDULE,
        change -> {});
  }

  /** Ends the process of a function with SIGKILL; false when there is none just now. */
  static boolean killFunction(String handler) {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> p.info().commandLine().orElse("").contains("." + handler))
        .findFirst()
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }

  /** One JSON line for each message of SNS. */
  List<String> alertLines() throws IOException {
    return Files.exists(alertsFile()) ? Files.readAllLines(alertsFile()) : List.of();
  }

  /** The ends of all logs. */
  String lastWords() {
    StringBuilder words = new StringBuilder();
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
      for (Path log : logs) {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        words.append("-- ").append(log.getFileName()).append('\n');
        lines
            .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
            .forEach(line -> words.append(line).append('\n'));
      }
    } catch (IOException e) {
      words.append("the logs cannot be read: ").append(e);
    }
    return words.toString();
  }

  static String table(TableDefinition definition) {
    return definition.name();
  }

  static String stream() {
    return STREAM;
  }

  private Path alertsFile() {
    return folder.resolve("alerts.jsonl");
  }

  private EventSource source(String function, Path jar, RecordStream stream, int mapping) {
    String handler =
        "io.kvsinfer.functions."
            + Character.toUpperCase(function.charAt(0))
            + function.substring(1)
            + "Handler";
    LambdaRuntime runtime =
        opened(
            LambdaRuntime.start(
                new FunctionDefinition(
                    function,
                    handler,
                    List.of(jar),
                    environment,
                    REGION,
                    512,
                    Duration.ofSeconds(60)),
                folder.resolve("function-" + function + ".log")));
    InstantSource clock = InstantSource.system();
    var definition = Mappings.ALL.get(mapping);
    return opened(
        EventSource.start(
            definition,
            stream,
            runtime,
            FailureDestination.s3(s3, BUCKET, definition.function(), clock),
            clock));
  }

  private static <B extends AwsClientBuilder<B, C>, C> C client(B builder, String endpoint) {
    return builder
        .endpointOverride(URI.create(endpoint))
        .region(Region.of(REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY)))
        .build();
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() throws IOException {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IOException("a part of the bench does not close", e);
      }
    }
  }
}
