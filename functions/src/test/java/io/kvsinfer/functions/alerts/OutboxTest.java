package io.kvsinfer.functions.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.functions.TestCloud;
import io.kvsinfer.functions.TestEvents;
import io.kvsinfer.store.IncidentTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
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
  private final Outbox outbox =
      new Outbox(cloud.dynamo(), sns, cloud.environment(), () -> NOW, cloud);

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
    JsonNode message = new JsonMapper().readTree(request.message());
    assertThat(message.path("schema").asText()).isEqualTo("kvs-infer.alert/1");
    assertThat(message.path("dedup_id").asText()).isEqualTo(TestEvents.INCIDENT);
    assertThat(message.path("started_at").asText()).isEqualTo("2026-11-21T02:59:58.120Z");
    assertThat(message.path("snapshot").path("key").asText()).isEqualTo("media/0-snapshot.jpg");
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().alertedAt()).isEqualTo(NOW);
  }

  @Test
  void plate_text_is_in_no_part_of_it() {
    incidents.merge(TestEvents.event(0, 1));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    assertThat(sns.published.getFirst().toString()).doesNotContain(TestEvents.PLATE);
  }

  @Test
  void later_changes_and_repetitions_tell_nothing_more() {
    incidents.merge(TestEvents.event(0, 1));
    outbox.send(List.of(change("1", TestEvents.INCIDENT), change("2", TestEvents.INCIDENT)));
    outbox.send(List.of(change("1", TestEvents.INCIDENT)));
    outbox.send(List.of(new IncidentChange("3", TestEvents.INCIDENT, false)));
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
    assertThat(
            new Outbox(cloud.dynamo(), sns, silent.environment(), () -> NOW, silent)
                .send(List.of(change("1", TestEvents.INCIDENT))))
        .isEmpty();
    assertThat(sns.published).isEmpty();
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().alertedAt()).isNull();
  }

  private static String attribute(PublishRequest request, String name) {
    return Objects.requireNonNull(request.messageAttributes().get(name)).stringValue();
  }

  private static IncidentChange change(String sequenceNumber, String incidentId) {
    return new IncidentChange(sequenceNumber, incidentId, true);
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
