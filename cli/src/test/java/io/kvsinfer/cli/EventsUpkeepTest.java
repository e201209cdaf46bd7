package io.kvsinfer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.MediaKeys;
import io.kvsinfer.store.MediaKeys.Picture;
import io.kvsinfer.store.PoisonRecord;
import io.kvsinfer.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Taking out, opening, removing and putting right what was seen. */
final class EventsUpkeepTest {
  @RegisterExtension static final TablesExtension TABLES = new TablesExtension();
  @RegisterExtension static final BucketExtension BUCKET = new BucketExtension();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SHARD = "shardId-000000000000";
  private static final String FIRE = "fire".concat("a".repeat(22));
  private static final String CAR = "car".concat("b".repeat(23));
  private static final Instant AT = CommandRun.NOW.minus(Duration.ofHours(2));
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, 1, 2};

  @TempDir Path folder;
  private CommandRun run = new CommandRun(Map.of());

  @BeforeEach
  void variables() {
    run = run(Map.of());
  }

  @Test
  void export_gives_lines_of_json() throws Exception {
    seen();
    assertThat(run.of("events", "export", "--since", "1d")).isZero();
    List<JsonNode> lines = lines(run.out());
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().at("/plate/text").asText()).isEqualTo("AB123CD");

    assertThat(run.of("events", "export", "--events", "--camera", "yard")).isZero();
    assertThat(lines(run.out()))
        .extracting(line -> line.path("event_id").asText())
        .containsExactly(FIRE + "-0", FIRE + "-1");
  }

  @Test
  void export_gives_csv_that_a_spreadsheet_does_not_run() throws Exception {
    seen();
    Path file = folder.resolve("seen.csv");
    assertThat(run.of("events", "export", "--format", "csv", "--out", file.toString())).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst()).startsWith("incident_id,camera_id,detector,type,label,phase");
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith(CAR + ",gate,alpr,alpr,license plate,opened,0,");
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(CsvLine.INCIDENT.size()));
    assertThat(run.err()).contains("2 lines in " + file);

    ObjectNode odd = Json.object();
    odd.putObject("plate").put("text", "=1+2,\"x\"");
    assertThat(CsvLine.of(odd, List.of("plate.text", "late"))).isEqualTo("\"'=1+2,\"\"x\"\"\",");
  }

  @Test
  void export_gives_a_page_with_the_pictures_of_the_camera_and_no_others() throws Exception {
    seen();
    Path file = folder.resolve("seen.html");
    assertThat(run.of("events", "export", "--format", "html", "--out", file.toString())).isZero();
    assertThat(run.err()).contains("2 incidents in " + file);
    String jpeg = "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(JPEG);
    assertThat(Files.readString(file))
        .contains("<h2>fire on camera yard</h2>", "<h2>license plate on camera gate</h2>")
        .contains("<dd>AB123CD</dd>", "no picture")
        .containsOnlyOnce(jpeg);
    assertThat(run.of("events", "export", "--format", "html", "--events")).isEqualTo(2);
    assertThat(run.err()).contains("--events goes with JSONL and CSV");
  }

  @Test
  void a_page_takes_nothing_of_a_camera_for_markup() {
    IncidentEvent odd =
        Seen.event(
            FIRE,
            0,
            Phase.OPENED,
            "\" onerror='x'",
            "fire_smoke",
            "<script>&\n\u202e",
            0.5,
            AT,
            AT);
    StringWriter text = new StringWriter();
    new IncidentPage(new PrintWriter(text)).add(Incident.of(odd), JPEG);
    assertThat(text.toString())
        .contains("&lt;script&gt;&amp;?? on camera &quot; onerror=&#39;x&#39;")
        .doesNotContain("<script", "onerror='", "\u202e");
  }

  @Test
  void an_export_leaves_a_file_alone_that_has_the_name_of_its_unfinished_one() throws Exception {
    seen();
    Path file = folder.resolve("seen.csv");
    Path own = Files.writeString(folder.resolve("seen.csv.part"), "mine");
    assertThat(run.of("events", "export", "--format", "csv", "--out", file.toString())).isZero();
    assertThat(own).hasContent("mine");
    assertThat(Files.readAllLines(file)).hasSize(3);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(file, own);
    }
  }

  @Test
  void an_export_that_fails_leaves_the_one_before_and_says_where_it_cannot_go() throws Exception {
    Path file = folder.resolve("seen.jsonl");
    Files.writeString(file, "before");
    CommandRun astray = run(Map.of("KVS_INFER_INCIDENTS_TABLE", "elsewhere"));
    assertThat(astray.of("events", "export", "--out", file.toString())).isEqualTo(1);
    assertThat(astray.err())
        .contains("there is no table elsewhere in us-east-1; KVS_INFER_INCIDENTS_TABLE names it");
    assertThat(file).hasContent("before");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }

    assertThat(run.of("events", "export", "--out", folder.toString())).isEqualTo(1);
    assertThat(run.err()).contains(folder + ": is a folder; --out takes a file");
    Path lost = folder.resolve("no/such/seen.csv");
    assertThat(run.of("events", "export", "--out", lost.toString())).isEqualTo(1);
    assertThat(run.err()).contains(lost + ": its folder is not there");
  }

  @Test
  void what_is_no_poison_record_holds_up_no_other() {
    BUCKET.put(MediaKeys.POISON + "readme.txt", "not a record".getBytes(UTF_8));
    assertThat(run.of("events", "replay-poison")).isZero();
    assertThat(run.out())
        .contains("kept poison/readme.txt: not what the events function sets aside")
        .endsWith("0 replayed, 1 kept\n");
    assertThat(run.of("events", "replay-poison", "--camera", "../x")).isEqualTo(2);
    assertThat(run.err()).contains("--camera must match");
    CommandRun astray = run(Map.of("KVS_INFER_MEDIA_BUCKET", "elsewhere"));
    assertThat(astray.of("events", "replay-poison")).isEqualTo(1);
    assertThat(astray.err())
        .contains("there is no bucket elsewhere in ", "; KVS_INFER_MEDIA_BUCKET names it");
  }

  @Test
  void show_writes_the_pictures_of_the_camera_and_no_others() throws Exception {
    seen();
    Path pictures = folder.resolve("pictures");
    assertThat(run.of("events", "show", "--open", "--out", pictures.toString(), FIRE)).isZero();
    assertThat(run.out()).contains(pictures.resolve("0-snapshot.jpg").toString());
    assertThat(Files.readAllBytes(pictures.resolve("0-snapshot.jpg"))).isEqualTo(JPEG);
    // The second names an object of the archive.
    assertThat(run.err()).contains("not written: events/secret.jsonl.gz");
    try (var files = Files.list(pictures)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void purge_says_what_it_would_remove_and_removes_nothing() {
    seen();
    List<String> before = BUCKET.keys();
    assertThat(run.of("events", "purge", "--camera", "yard")).isZero();
    assertThat(run.out())
        .contains("2 events, 1 incidents, 1 pictures, 2 lines in 1 archived objects")
        .contains("1 fenced and 1 poison records")
        .contains("--yes does it");
    assertThat(BUCKET.keys()).isEqualTo(before);
    assertThat(TABLES.events().count("yard")).isEqualTo(2);
  }

  @Test
  void purge_removes_everything_of_the_camera_and_nothing_of_another() throws Exception {
    seen();
    assertThat(run.of("events", "purge", "--camera", "yard", "--yes", "--json")).isZero();
    JsonNode found = JSON.readTree(run.out());
    assertThat(found.path("removed").asBoolean()).isTrue();
    assertThat(found.path("archive_lines").asInt()).isEqualTo(2);

    assertThat(TABLES.events().count("yard")).isZero();
    assertThat(TABLES.incidents().idsOf("yard")).isEmpty();
    assertThat(TABLES.events().count("gate")).isEqualTo(1);
    assertThat(TABLES.incidents().idsOf("gate")).containsExactly(CAR);
    assertThat(BUCKET.keys()).containsExactly("events/dt=2026-11-21/hour=10/s-1-3.jsonl.gz");
    assertThat(unzipped("events/dt=2026-11-21/hour=10/s-1-3.jsonl.gz"))
        .contains("\"gate\"")
        .doesNotContain("yard");

    assertThat(run.of("events", "purge", "--camera", "gate", "--yes")).isZero();
    assertThat(BUCKET.keys()).isEmpty();
    assertThat(run.of("events", "purge", "--camera", "gate", "--yes")).isZero();
    assertThat(run.out()).contains("0 events, 0 incidents, 0 pictures");
  }

  @Test
  void purge_of_a_camera_that_goes_on_is_refused() {
    seen();
    TABLES.cameras().put(Json.object().put("id", "yard"));
    assertThat(run.of("events", "purge", "--camera", "yard", "--yes")).isEqualTo(1);
    assertThat(run.err()).contains("kvs-infer cameras pause yard");
    assertThat(TABLES.events().count("yard")).isEqualTo(2);
    TABLES.cameras().setEnabled("yard", false);
    assertThat(run.of("events", "purge", "--camera", "yard", "--yes")).isZero();
    assertThat(run.of("events", "purge", "--camera", "../x")).isEqualTo(2);
    assertThat(run.of("events", "purge")).isEqualTo(2);
  }

  @Test
  void poison_that_can_be_read_goes_on_the_stream_again_and_the_rest_stays() throws Exception {
    IncidentEvent event = event(FIRE, 0, "yard", "key").stamped(null, AT);
    ObjectNode stamped = EventCodec.tree(event);
    stamped.put("launch", "l1").put("generation", 1);
    poison("7", "gate", stamped.toString().getBytes(UTF_8));
    poison("8", "yard", "not json".getBytes(UTF_8));
    try (LocalKinesis server = LocalKinesis.start(folder.resolve("kinesis.log"))) {
      System.setProperty("aws.endpointUrlKinesis", server.endpoint().toString());
      try (KinesisClient kinesis =
          KinesisClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build()) {
        stream(kinesis);
        run = run(Map.of("KVS_INFER_EVENTS_STREAM", "events"));
        assertThat(run.of("events", "replay-poison", "--dry-run")).isZero();
        assertThat(run.out()).contains("1 to replay, 1 kept");
        assertThat(BUCKET.keys()).hasSize(2);
        assertThat(run.of("events", "replay-poison", "--camera", "attic")).isZero();
        assertThat(run.out()).contains("0 replayed, 0 kept");

        assertThat(run.of("events", "replay-poison")).isZero();
        assertThat(run.out()).contains("1 replayed, 1 kept").contains("not valid JSON");
        assertThat(BUCKET.keys()).containsExactly("poison/dt=2026-11-21/" + SHARD + "-8.json");
        stamped.remove("generation");
        assertThat(records(kinesis)).containsExactly(EventCodec.read(stamped));
      } finally {
        System.clearProperty("aws.endpointUrlKinesis");
      }
    }
  }

  private static void stream(KinesisClient kinesis) throws Exception {
    kinesis.createStream(r -> r.streamName("events").shardCount(1));
    Eventually.until(
        "the stream is active",
        Duration.ofSeconds(30),
        () ->
            kinesis
                    .describeStreamSummary(r -> r.streamName("events"))
                    .streamDescriptionSummary()
                    .streamStatus()
                == StreamStatus.ACTIVE);
  }

  private static List<StreamRecord> records(KinesisClient kinesis) throws Exception {
    String shard = kinesis.listShards(r -> r.streamName("events")).shards().getFirst().shardId();
    String iterator =
        kinesis
            .getShardIterator(r ->
                r.streamName("events")
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    List<StreamRecord> records = new ArrayList<>();
    for (var record : kinesis.getRecords(r -> r.shardIterator(iterator)).records()) {
      records.add(EventCodec.read(record.data().asByteArray()));
    }
    return records;
  }

  private CommandRun run(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(TABLES.variables());
    variables.putAll(BUCKET.variables());
    variables.putAll(more);
    return new CommandRun(variables);
  }

  /** A fire in the yard and a car at the gate, with everything that they leave. */
  private void seen() {
    String picture = MediaKeys.picture("yard", AT, FIRE, 0, Picture.SNAPSHOT);
    IncidentEvent opened = event(FIRE, 0, "yard", picture);
    IncidentEvent updated = event(FIRE, 1, "yard", "events/secret.jsonl.gz");
    IncidentEvent car = event(CAR, 0, "gate", "media/camera=gate/x/0-snapshot.jpg");
    for (IncidentEvent event : List.of(opened, updated, car)) {
      TABLES.events().put(event);
      TABLES.incidents().merge(event);
    }
    BUCKET.put(picture, JPEG);
    BUCKET.put("events/dt=2026-11-21/hour=10/s-1-3.jsonl.gz", zipped(opened, car, updated));
    BUCKET.put(MediaKeys.fenced("yard", AT, SHARD, "5"), EventCodec.write(updated));
    poison("6", "yard", "not json".getBytes(UTF_8));
  }

  private static IncidentEvent event(String id, int sequence, String camera, String key) {
    boolean car = camera.equals("gate");
    return Seen.event(
        id,
        sequence,
        sequence == 0 ? Phase.OPENED : Phase.UPDATED,
        camera,
        car ? "alpr" : "fire_smoke",
        car ? "license plate" : "fire",
        0.75,
        car ? AT.plusSeconds(60) : AT,
        (car ? AT.plusSeconds(60) : AT).plusSeconds(sequence),
        new S3Object(BUCKET.name(), key));
  }

  private static void poison(String sequenceNumber, String partitionKey, byte[] data) {
    PoisonRecord record =
        new PoisonRecord(SHARD, sequenceNumber, partitionKey, AT, "not storable", data);
    BUCKET.put(record.key(), record.toJson());
  }

  private static List<JsonNode> lines(String text) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static byte[] zipped(IncidentEvent... events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (IncidentEvent event : events) {
        out.write(EventCodec.write(event));
        out.write('\n');
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static String unzipped(String key) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(BUCKET.get(key)))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
