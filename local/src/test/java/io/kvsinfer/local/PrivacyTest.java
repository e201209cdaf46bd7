package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.local.kvs.ClipFeed;
import io.kvsinfer.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.APIName;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;

/**
 * A camera that reads plates, with credentials that are known, through everything that the product
 * has; then everything it left is searched for the plates and for the credentials.
 */
final class PrivacyTest {
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final String CAMERA = "street";

  /** Looks like a temporary one of STS; nothing of the embedded stack asks what it is. */
  private static final String SESSION_TOKEN = "IQoJb3JpZ2luX2VjKnownToPrivacyTest0123456789";

  /** Tokens of the local KVS, also when only the first part of one is there. */
  private static final Pattern HLS_TOKEN = Pattern.compile("CiC[A-Za-z0-9_-]{12}");

  @TempDir private Path folder;
  private LocalFolder files;
  private LocalSystem system;

  @BeforeEach
  void start() throws Exception {
    Programs programs = Packaged.programs();
    files = LocalFolder.take(folder);
    system =
        LocalSystem.start(files, programs, Map.of(), Map.of("AWS_SESSION_TOKEN", SESSION_TOKEN));
    Path clip = Packaged.clip("street");
    system.kvs().feed(system.kvs().createStream(CAMERA, 24), clip, ClipFeed.Options.looping());
  }

  @AfterEach
  void stop() {
    Packaged.forget();
    if (system != null) {
      system.close();
    }
  }

  @Test
  void plates_are_where_they_belong_and_credentials_are_nowhere() throws Exception {
    system
        .cameraTable()
        .put(
            new JsonMapper()
                .createObjectNode()
                .put("id", CAMERA)
                .put("stream_name", CAMERA)
                .set("detectors", new JsonMapper().readTree("[{\"type\": \"alpr\"}]")));
    Eventually.until("a plate is stored", LONG, () -> !plates().isEmpty());
    assertThat(HLS_TOKEN.matcher(sessionUrl()).find()).as("what a token looks like").isTrue();
    Eventually.until("somebody is told", LONG, () -> !alerts().isEmpty());
    // What errors say is looked at too: sessions that end, calls and playlists that are refused.
    system.kvs().faults().expireSessions();
    system.kvs().faults().failHls(2, 403);
    system.kvs().faults().failHls(2, 500);
    system.kvs().faults().failCalls(1, 400);
    system.kvs().faults().add("reset:api=hls,times=2");
    Eventually.until(
        "every fault has happened",
        LONG,
        () -> system.kvs().faults().standing().stream().allMatch(f -> f.left() == 0));
    Eventually.until("it is connected again", LONG, () -> phase() == Status.Phase.RUNNING);
    String metrics = metrics();
    assertThat(system.cameraTable().setEnabled(CAMERA, false)).isTrue();
    Eventually.until("the worker has drained", LONG, () -> phase() == Status.Phase.STOPPED);
    assertThat(system.awaitDrained(LONG)).isTrue();

    Set<String> plates = plates();
    Found outside = new Found();
    Found inside = new Found();
    inside.add("events table", items("KVS_INFER_EVENTS_TABLE"));
    inside.add("incidents table", items("KVS_INFER_INCIDENTS_TABLE"));
    inside.add("records", records());
    Found state = new Found();
    state.add("state table", items("KVS_INFER_STATE_TABLE"));
    state.add("cameras table", items("KVS_INFER_CAMERAS_TABLE"));
    outside.add("metrics", metrics);
    outside.add("alerts", alerts());
    List<String> logs = new ArrayList<>();
    try (Stream<Path> all = Files.walk(files.root())) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        String name = files.root().relativize(path).toString();
        outside.add("file names", name + "\n");
        if (name.startsWith("s3") && name.endsWith(".jsonl.gz")) {
          inside.add("archive", unzipped(path));
        } else if (name.startsWith("logs") || name.startsWith("journal")) {
          outside.add(name, Files.readString(path, StandardCharsets.ISO_8859_1));
          logs.add(name);
        } else {
          // The spool holds records on their way, and pictures show what they show.
          state.add(name, Files.readString(path, StandardCharsets.ISO_8859_1));
        }
      }
    }
    for (String key : system.inspection().keys()) {
      outside.add("keys", key + "\n");
    }

    assertThat(logs).anyMatch(n -> n.contains("worker")).anyMatch(n -> n.contains("function"));
    assertThat(metrics).contains("kvs_hls_frames_total");
    for (String plate : plates) {
      assertThat(inside.placesWith(plate))
          .as("where plates belong")
          .contains("events table", "incidents table", "records", "archive");
      assertThat(outside.placesWith(plate)).as("where plates do not belong").isEmpty();
    }
    for (Found found : List.of(inside, state, outside)) {
      assertThat(found.placesWith(SESSION_TOKEN)).as("the session token").isEmpty();
      assertThat(found.placesMatching(HLS_TOKEN)).as("tokens of HLS sessions").isEmpty();
    }
  }

  /** Texts by the place they were found in. */
  private static final class Found {
    private final Map<String, StringBuilder> texts = new TreeMap<>();

    void add(String place, String text) {
      texts.computeIfAbsent(place, p -> new StringBuilder()).append(text);
    }

    /** With or without spaces and dashes, in either case. */
    List<String> placesWith(String secret) {
      String wanted = bare(secret);
      return texts.entrySet().stream()
          .filter(e -> bare(e.getValue().toString()).contains(wanted))
          .map(Map.Entry::getKey)
          .toList();
    }

    List<String> placesMatching(Pattern pattern) {
      return texts.entrySet().stream()
          .filter(e -> pattern.matcher(e.getValue()).find())
          .map(Map.Entry::getKey)
          .toList();
    }

    private static String bare(String text) {
      return text.replaceAll("[ +_-]|%20", "").toUpperCase(Locale.ROOT);
    }
  }

  /** Texts of plates in the incidents table that are long enough to be searched for. */
  private Set<String> plates() {
    Set<String> plates = new TreeSet<>();
    try (DynamoDbClient dynamo = dynamo()) {
      dynamo
          .scanPaginator(r -> r.tableName(variable("KVS_INFER_INCIDENTS_TABLE")))
          .items()
          .forEach(item -> {
            AttributeValue plate = item.get("plate");
            AttributeValue text = plate == null || !plate.hasM() ? null : plate.m().get("text");
            if (text != null && text.s() != null && text.s().length() >= 5) {
              plates.add(text.s());
            }
          });
    }
    return plates;
  }

  private String items(String table) {
    StringBuilder items = new StringBuilder();
    try (DynamoDbClient dynamo = dynamo()) {
      dynamo
          .scanPaginator(r -> r.tableName(variable(table)))
          .items()
          .forEach(item -> items.append(item).append('\n'));
    }
    return items.toString();
  }

  private String records() {
    StringBuilder records = new StringBuilder();
    try (KinesisClient kinesis =
        KinesisClient.builder()
            .endpointOverride(URI.create(variable("AWS_ENDPOINT_URL_KINESIS")))
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials())
            .build()) {
      String stream = variable("KVS_INFER_EVENTS_STREAM");
      String shard = kinesis.listShards(r -> r.streamName(stream)).shards().getFirst().shardId();
      @Nullable String iterator =
          kinesis
              .getShardIterator(r ->
                  r.streamName(stream)
                      .shardId(shard)
                      .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      while (iterator != null) {
        String at = iterator;
        GetRecordsResponse page = kinesis.getRecords(r -> r.shardIterator(at));
        page.records().forEach(r -> records.append(r.data().asUtf8String()).append('\n'));
        iterator = page.records().isEmpty() ? null : page.nextShardIterator();
      }
    }
    return records.toString();
  }

  /** A session of its own, to know what its token looks like. */
  private String sessionUrl() {
    URI kvs = URI.create(variable("AWS_ENDPOINT_URL_KINESIS_VIDEO"));
    try (var control =
        KinesisVideoClient.builder()
            .endpointOverride(kvs)
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials())
            .build()) {
      String data =
          control
              .getDataEndpoint(
                  r -> r.streamName(CAMERA).apiName(APIName.GET_HLS_STREAMING_SESSION_URL))
              .dataEndpoint();
      try (var media =
          KinesisVideoArchivedMediaClient.builder()
              .endpointOverride(URI.create(data))
              .region(Region.US_EAST_1)
              .credentialsProvider(credentials())
              .build()) {
        return media.getHLSStreamingSessionURL(r -> r.streamName(CAMERA)).hlsStreamingSessionURL();
      }
    }
  }

  private Status.@Nullable Phase phase() {
    return system.stateTable().get(CAMERA).map(CameraState::status).map(Status::phase).orElse(null);
  }

  private String metrics() throws Exception {
    String address =
        system
            .stateTable()
            .get(CAMERA)
            .map(CameraState::status)
            .map(Status::metricsAddress)
            .orElseThrow();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI at = URI.create("http://" + address.replaceFirst("^https?://", "") + "/metrics");
      return http.send(HttpRequest.newBuilder(at).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private String alerts() throws IOException {
    return Files.exists(files.alerts()) ? Files.readString(files.alerts()) : "";
  }

  private static String unzipped(Path path) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String variable(String name) {
    return system.environment().getOrDefault(name, "");
  }

  private DynamoDbClient dynamo() {
    return DynamoDbClient.builder()
        .endpointOverride(URI.create(variable("AWS_ENDPOINT_URL_DYNAMODB")))
        .region(Region.US_EAST_1)
        .credentialsProvider(credentials())
        .build();
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY));
  }
}
