package io.kvsinfer.functions.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.functions.TestCloud;
import io.kvsinfer.functions.TestEvents;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.IncidentTable;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.SnsException;

final class OutboxTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:01.500Z");
  private static final String SECOND = "bbcdefghijklmnopqrstuvwxyz";

  private final TestCloud cloud = new TestCloud(Map.of("KVS_INFER_ALERTS_TOPIC", "arn:topic"));
  private final IncidentTable incidents =
      new IncidentTable(
          cloud.dynamo(), cloud.environment().incidentsTable(), cloud.environment().retention());
  private final FakeSns sns = new FakeSns();
  private final Outbox outbox = outbox(cloud);

  @Test
  void an_opened_incident_is_told_of_once() throws Exception {
    incidents.merge(TestEvents.event(0, 1));
    assertThat(outbox.send(List.of(change("1", TestEvents.INCIDENT)))).isEmpty();

    PublishRequest request = sns.published.getFirst();
    assertThat(request.topicArn()).isEqualTo("arn:topic");
    assertThat(request.subject()).isEqualTo("licence plate on camera yard");
    assertThat(attribute(request, "camera")).isEqualTo("yard");
    assertThat(attribute(request, "detector")).isEqualTo("plates");
    assertThat(attribute(request, "label")).isEqualTo("licence plate");
    assertThat(attribute(request, "phase")).isEqualTo("opened");
    assertThat(attribute(request, "type")).isEqualTo("alpr");
    assertThat(attribute(request, "late")).isEqualTo("false");
    assertThat(request.messageAttributes()).doesNotContainKey("plate_list");
    assertThat(request.messageStructure()).isEqualTo("json");
    JsonNode message = machine(request);
    assertThat(message.path("schema").asText()).isEqualTo("kvs-infer.alert/1");
    assertThat(message.path("dedup_id").asText()).isEqualTo(TestEvents.INCIDENT);
    assertThat(message.path("started_at").asText()).isEqualTo("2026-11-21T02:59:58.120Z");
    assertThat(message.path("snapshot").path("key").asText()).isEqualTo("media/0-snapshot.jpg");
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().alertedAt()).isEqualTo(NOW);
  }

  @Test
  void the_list_of_a_plate_can_be_filtered_by() throws Exception {
    ObjectNode tree = EventCodec.tree(TestEvents.event(0, 1));
    tree.withObject("/plate").put("list", "wanted");
    incidents.merge((IncidentEvent) EventCodec.read(tree));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    assertThat(attribute(sns.published.getFirst(), "plate_list")).isEqualTo("wanted");
    assertThat(sns.published.getFirst().toString()).doesNotContain(TestEvents.PLATE);
  }

  @Test
  void plate_text_is_in_no_part_of_it() {
    incidents.merge(TestEvents.event(0, 1));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    assertThat(sns.published.getFirst().toString()).doesNotContain(TestEvents.PLATE);
  }

  @Test
  void plate_text_is_in_it_where_the_detector_says_so_and_only_there() throws Exception {
    CameraTable cameras = new CameraTable(cloud.dynamo(), cloud.environment().camerasTable());
    String item =
        """
        {"id": "yard", "detectors": [
          {"type": "weapon", "params": {"plate_text_in_alerts": %s}},
          {"type": "alpr", "name": "plates", "params": {"plate_text_in_alerts": %s}}]}
        """;
    incidents.merge(TestEvents.event(0, 1));
    incidents.merge(TestEvents.event(SECOND, 0, 1));
    cameras.put((ObjectNode) new JsonMapper().readTree(item.formatted("true", "\"nonsense\"")));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    cameras.put((ObjectNode) new JsonMapper().readTree(item.formatted("false", "true")));
    outbox.send(List.of(change("2", SECOND)));

    assertThat(sns.published.getFirst().toString()).doesNotContain(TestEvents.PLATE);
    assertThat(machine(sns.published.getLast()).path("plate").asText()).isEqualTo(TestEvents.PLATE);
    assertThat(text(sns.published.getLast())).containsPattern("Plate +" + TestEvents.PLATE);
    assertThat(sns.published.getLast().subject()).doesNotContain(TestEvents.PLATE);
    assertThat(sns.published.getLast().messageAttributes().toString())
        .doesNotContain(TestEvents.PLATE);
  }

  @Test
  void a_person_reads_what_it_is_where_since_when_and_what_to_do() throws Exception {
    incidents.merge(TestEvents.event(0, 1));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    assertThat(text(sns.published.getFirst()))
        .startsWith("licence plate on camera yard")
        .containsPattern("Since +2026-11-21 02:59:58 UTC")
        .containsPattern("Sure +88 %")
        .containsPattern("Region +gate")
        .containsPattern("Picture +s3://bucket/media/0-snapshot.jpg")
        .containsPattern("More +kvs-infer events show --open " + TestEvents.INCIDENT);
  }

  @Test
  void a_link_opens_the_picture_where_links_are_asked_for() throws Exception {
    TestCloud linking = with(Map.of("KVS_INFER_ALERTS_LINK_HOURS", "12"));
    String bucket = cloud.environment().mediaBucket();
    String key = "media/camera=yard/dt=2026-11-21/x/0-snapshot.jpg";
    byte[] jpeg = {1, 2, 3};
    cloud.s3().putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(jpeg));
    IncidentEvent event = TestEvents.event(0, 1);
    ObjectNode tree = EventCodec.tree(event);
    tree.putObject("snapshot").put("bucket", bucket).put("key", key);
    incidents.merge((IncidentEvent) EventCodec.read(tree));
    outbox(linking).send(List.of(change("1", TestEvents.INCIDENT)));

    JsonNode message = machine(sns.published.getFirst());
    URI link = URI.create(message.path("link").asText());
    assertThat(link.toURL().openStream().readAllBytes()).isEqualTo(jpeg);
    assertThat(message.path("link_until").asText()).isEqualTo("2026-11-21T15:00:01.500Z");
    assertThat(text(sns.published.getFirst())).contains(link.toString());
  }

  @Test
  void no_link_leads_out_of_the_cameras_own_pictures() throws Exception {
    TestCloud linking = with(Map.of("KVS_INFER_ALERTS_LINK_HOURS", "12"));
    ObjectNode tree = EventCodec.tree(TestEvents.event(0, 1));
    tree.putObject("snapshot")
        .put("bucket", cloud.environment().mediaBucket())
        .put("key", "events/dt=2026-11-21/secret.jsonl.gz");
    incidents.merge((IncidentEvent) EventCodec.read(tree));
    outbox(linking).send(List.of(change("1", TestEvents.INCIDENT)));
    assertThat(machine(sns.published.getFirst()).has("link")).isFalse();
  }

  @Test
  void that_it_closed_is_told_once_where_it_is_asked_for() throws Exception {
    incidents.merge(TestEvents.event(0, 1));
    ObjectNode tree = EventCodec.tree(TestEvents.event(1, 1));
    tree.put("phase", "closed").put("ended_at", "2026-11-21T03:00:10.120Z");
    List<IncidentChange> opened = List.of(change("1", TestEvents.INCIDENT));
    List<IncidentChange> closed =
        List.of(new IncidentChange("2", TestEvents.INCIDENT, false, true));
    outbox.send(opened);
    incidents.merge((IncidentEvent) EventCodec.read(tree));
    outbox.send(closed);
    assertThat(sns.published).hasSize(1);

    Outbox telling = outbox(with(Map.of("KVS_INFER_ALERTS_CLOSED", "true")));
    telling.send(closed);
    telling.send(closed);
    assertThat(sns.published).hasSize(2);
    PublishRequest last = sns.published.getLast();
    assertThat(last.subject()).isEqualTo("Over: licence plate on camera yard");
    assertThat(attribute(last, "phase")).isEqualTo("closed");
    assertThat(attribute(last, "dedup_id")).isEqualTo(TestEvents.INCIDENT + "-closed");
    assertThat(machine(last).path("ended_at").asText()).isEqualTo("2026-11-21T03:00:10.120Z");
    assertThat(text(last)).containsPattern("Seen +from 2026-11-21 02:59:58 UTC for 12 s");
  }

  @Test
  void a_row_of_nonsense_holds_up_no_other_alert() {
    incidents.merge(TestEvents.event(0, 1));
    cloud
        .dynamo()
        .putItem(r ->
            r.tableName(cloud.environment().incidentsTable())
                .item(Map.of("incident_id", AttributeValue.fromS(SECOND))));
    assertThat(outbox.send(List.of(change("1", SECOND), change("2", TestEvents.INCIDENT))))
        .isEmpty();
    assertThat(sns.published).hasSize(1);
    assertThat(cloud.count("AlertsUnreadable")).isEqualTo(1);
  }

  @Test
  void later_changes_and_repetitions_tell_nothing_more() {
    incidents.merge(TestEvents.event(0, 1));
    outbox.send(List.of(change("1", TestEvents.INCIDENT), change("2", TestEvents.INCIDENT)));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    outbox.send(List.of(new IncidentChange("3", TestEvents.INCIDENT, false, false)));
    assertThat(sns.published).hasSize(1);
    assertThat(cloud.count("AlertsRepeated")).isEqualTo(1);
  }

  @Test
  void a_message_that_sns_refuses_comes_again_from_there() {
    incidents.merge(TestEvents.event(0, 1));
    incidents.merge(TestEvents.event(SECOND, 0, 1));
    List<IncidentChange> changes = List.of(change("1", TestEvents.INCIDENT), change("2", SECOND));
    sns.refused = SECOND;
    assertThat(outbox.send(changes)).contains("2");
    assertThat(incidents.get(SECOND).orElseThrow().alertedAt()).isNull();
    sns.refused = "nothing";
    assertThat(outbox.send(changes.subList(1, 2))).isEmpty();
    assertThat(sns.published).hasSize(2);
  }

  @Test
  void an_incident_that_is_gone_is_not_told_of() {
    assertThat(outbox.send(List.of(change("1", TestEvents.INCIDENT)))).isEmpty();
    assertThat(sns.published).isEmpty();
  }

  @Test
  void without_a_topic_nothing_is_sent_or_marked() {
    incidents.merge(TestEvents.event(0, 1));
    var variables = new HashMap<>(cloud.environment().variables());
    variables.remove("KVS_INFER_ALERTS_TOPIC");
    TestCloud silent = new TestCloud(variables);
    assertThat(outbox(silent).send(List.of(change("1", TestEvents.INCIDENT)))).isEmpty();
    assertThat(sns.published).isEmpty();
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().alertedAt()).isNull();
  }

  private Outbox outbox(TestCloud which) {
    return new Outbox(
        cloud.dynamo(), sns, cloud.presigner(), which.environment(), () -> NOW, which);
  }

  private TestCloud with(Map<String, String> more) {
    var variables = new HashMap<>(cloud.environment().variables());
    variables.putAll(more);
    return new TestCloud(variables);
  }

  private static JsonNode machine(PublishRequest request) throws IOException {
    JsonMapper json = new JsonMapper();
    return json.readTree(json.readTree(request.message()).path("default").asText());
  }

  private static String text(PublishRequest request) throws IOException {
    return new JsonMapper().readTree(request.message()).path("email").asText();
  }

  private static String attribute(PublishRequest request, String name) {
    return Objects.requireNonNull(request.messageAttributes().get(name)).stringValue();
  }

  private static IncidentChange change(String sequenceNumber, String incidentId) {
    return new IncidentChange(sequenceNumber, incidentId, true, false);
  }

  private static final class FakeSns implements SnsClient {
    private final List<PublishRequest> published = new ArrayList<>();
    private String refused = "nothing";

    @Override
    public PublishResponse publish(PublishRequest request) {
      if (request.message().contains(refused)) {
        throw SnsException.builder().message("refused").build();
      }
      published.add(request);
      return PublishResponse.builder().messageId("1").build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
