package io.kvsinfer.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.functions.alerts.IncidentChange;
import io.kvsinfer.functions.alerts.Outbox;
import io.kvsinfer.functions.calls.Patience;
import io.kvsinfer.functions.events.EventBatch;
import io.kvsinfer.functions.events.StreamInput;
import io.kvsinfer.functions.scheduler.Limits;
import io.kvsinfer.functions.scheduler.Scheduler;
import io.kvsinfer.store.IncidentTable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Services that take a connection and never answer: the function says which call got no answer, and
 * a batch is given back instead of the invocation running out of time. The limit only ends what
 * would hang for ever.
 */
@Timeout(60)
final class HangingServiceTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:01Z");
  private static final Patience SHORT =
      new Patience(
          Duration.ofMillis(500),
          Duration.ofMillis(200),
          Duration.ofMillis(300),
          Duration.ofMillis(900),
          2);

  private final TestCloud cloud =
      new TestCloud(
          Map.of(
              "KVS_INFER_CLUSTER", "workers",
              "KVS_INFER_TASK_DEFINITION", "worker",
              "KVS_INFER_ALERTS_TOPIC", "arn:aws:sns:us-east-1:000000000000:alerts"));

  @Test
  void the_events_function_gives_a_batch_back_whichever_of_its_services_hangs() throws Exception {
    try (SilentService silent = SilentService.silent()) {
      EventBatch withoutTables =
          new EventBatch(dynamo(silent.endpoint()), cloud.s3(), cloud.environment(), cloud);
      assertThat(withoutTables.store(batch())).contains("10");
      EventBatch withoutObjects =
          new EventBatch(
              cloud.dynamo(),
              SHORT.client(at(S3Client.builder(), silent.endpoint())),
              cloud.environment(),
              cloud);
      assertThat(withoutObjects.store(batch())).contains("10");
      assertThat(silent.connections()).as("each is tried twice, archive included").isEqualTo(4);
    }
  }

  @Test
  void an_answer_that_trickles_ends_as_well() throws Exception {
    try (SilentService trickling = SilentService.trickling()) {
      EventBatch batch =
          new EventBatch(dynamo(trickling.endpoint()), cloud.s3(), cloud.environment(), cloud);
      assertThat(batch.store(batch())).contains("10");
    }
  }

  @Test
  void the_alerts_function_gives_a_batch_back() throws Exception {
    new IncidentTable(
            cloud.dynamo(), cloud.environment().incidentsTable(), cloud.environment().retention())
        .merge(TestEvents.event(0, 1));
    try (SilentService silent = SilentService.silent()) {
      Outbox outbox =
          new Outbox(
              cloud.dynamo(),
              SHORT.client(at(SnsClient.builder(), silent.endpoint())),
              cloud.presigner(),
              cloud.environment(),
              () -> NOW,
              cloud);
      assertThat(outbox.send(List.of(new IncidentChange("7", TestEvents.INCIDENT, true, false))))
          .contains("7");
      assertThat(cloud.count("AlertsFailed")).isEqualTo(1);
    }
  }

  @Test
  void the_scheduler_says_which_call_got_no_answer() throws Exception {
    try (SilentService silent = SilentService.silent()) {
      Scheduler scheduler =
          new Scheduler(
              cloud.dynamo(),
              SHORT.client(at(EcsClient.builder(), silent.endpoint())),
              cloud.environment(),
              Limits.DEFAULT,
              () -> NOW,
              () -> "l1",
              cloud,
              time -> {});
      assertThatThrownBy(scheduler::run)
          .isInstanceOf(SdkClientException.class)
          .hasMessageStartingWith("Ecs.ListTasks got no answer: ");
    }
  }

  @Test
  void a_call_that_hangs_at_the_last_moment_ends_before_its_invocation() {
    for (String function : List.of(Mappings.SCHEDULER, Mappings.EVENTS, Mappings.ALERTS)) {
      Duration all = Mappings.timeout(function);
      assertThat(Patience.LAST_BEGIN).isGreaterThan(Patience.DEFAULT.call());
      // A batch may meet a hanging table twice, and still must have time for its answer.
      assertThat(Patience.DEFAULT.call().multipliedBy(3)).as(function).isLessThan(all);
    }
  }

  private static List<StreamInput> batch() {
    return List.of(input(10, 0), input(11, 1));
  }

  private static StreamInput input(int number, int sequence) {
    return new StreamInput(
        "shardId-000000000000",
        Integer.toString(number),
        "yard",
        NOW,
        EventCodec.write(TestEvents.event(sequence, 1)));
  }

  private static DynamoDbClient dynamo(URI endpoint) {
    return SHORT.client(at(DynamoDbClient.builder(), endpoint));
  }

  private static <B extends AwsClientBuilder<B, C>, C> B at(B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY)));
  }
}
