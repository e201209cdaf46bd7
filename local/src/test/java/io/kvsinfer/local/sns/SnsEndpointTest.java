package io.kvsinfer.local.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.SnsException;

class SnsEndpointTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00.123Z");

  @TempDir Path folder;

  private SnsEndpoint endpoint;
  private SnsClient sns;

  @BeforeEach
  void start() {
    endpoint = SnsEndpoint.start(folder.resolve("alerts.jsonl"), "eu-central-1", () -> NOW);
    sns =
        SnsClient.builder()
            .endpointOverride(endpoint.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .build();
  }

  @AfterEach
  void stop() {
    sns.close();
    endpoint.close();
  }

  @Test
  void a_message_is_a_line_of_the_file() throws Exception {
    String topic = sns.createTopic(r -> r.name("alerts")).topicArn();
    assertThat(topic).isEqualTo(endpoint.createTopic("alerts"));

    String id =
        sns.publish(r ->
                r.topicArn(topic)
                    .subject("Gate & <yard>")
                    .message("{\"dedup_id\": \"ä=1&b\"}")
                    .messageAttributes(
                        Map.of(
                            "type",
                            MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue("weapon")
                                .build())))
            .messageId();

    assertThat(endpoint.messages()).isEqualTo(1);
    List<String> lines = Files.readAllLines(folder.resolve("alerts.jsonl"));
    assertThat(lines).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines.getFirst());
    assertThat(line.path("message_id").asText()).isEqualTo(id);
    assertThat(line.path("topic_arn").asText()).isEqualTo(topic);
    assertThat(line.path("subject").asText()).isEqualTo("Gate & <yard>");
    assertThat(line.path("message").asText()).isEqualTo("{\"dedup_id\": \"ä=1&b\"}");
    assertThat(line.at("/attributes/type").asText()).isEqualTo("weapon");
    assertThat(line.path("published_at").asText()).isEqualTo("2026-11-21T02:48:00.123Z");
  }

  @Test
  void a_message_by_protocol_is_kept_as_programs_and_people_get_it() throws Exception {
    String topic = endpoint.createTopic("alerts");
    sns.publish(r ->
        r.topicArn(topic)
            .messageStructure("json")
            .message("{\"default\": \"{}\", \"email\": \"Fire\", \"sms\": \"F\"}"));
    JsonNode line = new ObjectMapper().readTree(Files.readString(folder.resolve("alerts.jsonl")));
    assertThat(line.path("message").asText()).isEqualTo("{}");
    assertThat(line.path("email").asText()).isEqualTo("Fire");

    assertThatThrownBy(() ->
            sns.publish(
                r -> r.topicArn(topic).messageStructure("json").message("{\"email\": \"Fire\"}")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () -> sns.publish(r -> r.topicArn(topic).messageStructure("json").message("Fire")))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void what_sns_would_refuse_is_refused() {
    String topic = endpoint.createTopic("alerts");

    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic + "x").message("m")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("x".repeat(262_145))))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(() -> sns.createTopic(r -> r.name("a b")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(() -> sns.listTopics())
        .isInstanceOf(SnsException.class)
        .hasMessageContaining("ListTopics");
    assertThat(endpoint.messages()).isZero();
  }

  @Test
  void a_file_that_cannot_be_written_is_an_error_of_the_service() throws Exception {
    String topic = endpoint.createTopic("alerts");
    Files.createDirectory(folder.resolve("alerts.jsonl"));

    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("m")))
        .isInstanceOfSatisfying(SnsException.class, e -> assertThat(e.statusCode()).isEqualTo(500));
  }
}
