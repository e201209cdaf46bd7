package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.TableCreator;
import io.kvsinfer.store.TimeRange;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A worker without the events function, against a real DynamoDB Local. */
final class DirectTableTest {
  @TempDir Path folder;

  @Test
  void a_worker_without_the_events_function_writes_its_events_itself() throws Exception {
    try (DynamoDbLocal server = DynamoDbLocal.start();
        DynamoDbClient dynamo =
            DynamoDbClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
      new TableCreator(dynamo).create(Tables.EVENTS, "events");
      EventTable table = new EventTable(dynamo, "events", Duration.ofDays(90));
      try (Publisher publisher =
          new Publisher(
              "yard",
              folder,
              PublishLimits.defaults(),
              new Destinations(null, null, null, table),
              null,
              (camera, checkpoint) -> true,
              () -> true,
              null,
              new PublishMetrics(new PrometheusRegistry()),
              InstantSource.system())) {
        publisher.submit(
            List.of(Events.event(1, Phase.OPENED, 0), Events.event(1, Phase.CLOSED, 0)));
        assertThat(publisher.flush(Duration.ofSeconds(30))).isTrue();
      }
      TimeRange range = new TimeRange(Events.T, Events.T.plusSeconds(60));
      assertThat(table.query("yard", range, 10, null).items())
          .extracting(IncidentEvent::phase)
          .containsExactly(Phase.OPENED, Phase.CLOSED);
    }
  }
}
