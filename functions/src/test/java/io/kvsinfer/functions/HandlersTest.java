package io.kvsinfer.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.functions.alerts.Outbox;
import io.kvsinfer.functions.events.EventBatch;
import io.kvsinfer.functions.metrics.EmfCounters;
import io.kvsinfer.functions.scheduler.Limits;
import io.kvsinfer.functions.scheduler.Scheduler;
import io.kvsinfer.store.IncidentTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.crac.Core;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.SnsException;

/** The handlers with the events that Lambda gives them, read as its runtime reads them. */
final class HandlersTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:01Z");

  private final TestCloud cloud =
      new TestCloud(
          Map.of(
              "KVS_INFER_CLUSTER", "workers",
              "KVS_INFER_TASK_DEFINITION", "worker",
              "KVS_INFER_ALERTS_TOPIC", "arn:topic"));
  private final EmfCounters counters = new EmfCounters("test", "local");

  @Test
  void the_scheduler_answers_whatever_calls_it() throws Exception {
    SchedulerHandler handler = new SchedulerHandler(scheduler(new EmptyEcs()), counters);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream("{\"detail-type\":\"Scheduled Event\"}".getBytes(UTF_8)),
        answer,
        context());
    assertThat(answer.toString(UTF_8)).isEqualTo("{\"batchItemFailures\":[],\"actions\":{}}");
  }

  @Test
  void a_kinesis_batch_is_stored() {
    EventsHandler handler =
        new EventsHandler(
            new EventBatch(cloud.dynamo(), cloud.s3(), cloud.environment(), counters), counters);
    String data = Base64.getEncoder().encodeToString(EventCodec.write(TestEvents.event(0, 1)));
    KinesisEvent event =
        read(
            KinesisEvent.class,
            """
            {"Records": [{"eventID": "shardId-000000000006:4959", "eventSource": "aws:kinesis",
              "kinesis": {"sequenceNumber": "4959", "partitionKey": "yard", "data": "%s",
                "approximateArrivalTimestamp": 1545084650.987, "kinesisSchemaVersion": "1.0"}}]}
            """
                .formatted(data));
    assertThat(handler.handleRequest(event, context()).getBatchItemFailures()).isEmpty();
    assertThat(cloud.keys("events/"))
        .containsExactly("events/dt=2026-11-21/hour=02/shardId-000000000006-4959-4959.jsonl.gz");
  }

  @Test
  void priming_for_a_snapshot_stores_nothing() {
    EventBatch batch = new EventBatch(cloud.dynamo(), cloud.s3(), cloud.environment(), counters);
    new EventsHandler(batch, counters).beforeCheckpoint(Core.getGlobalContext());
    assertThat(cloud.keys("")).isEmpty();
    for (String table :
        List.of(
            cloud.environment().eventsTable(),
            cloud.environment().incidentsTable(),
            cloud.environment().stateTable())) {
      assertThat(cloud.dynamo().scan(r -> r.tableName(table)).items()).as(table).isEmpty();
    }
  }

  @Test
  void priming_tells_nobody_and_starts_nothing() {
    RefusingSns sns = new RefusingSns(Integer.MAX_VALUE, () -> {});
    Outbox outbox =
        new Outbox(
            cloud.dynamo(), sns, cloud.presigner(), cloud.environment(), () -> NOW, counters);
    new AlertsHandler(outbox, counters).beforeCheckpoint(Core.getGlobalContext());
    assertThat(sns.asked).isZero();
    EmptyEcs ecs = new EmptyEcs();
    new SchedulerHandler(scheduler(ecs), counters).beforeCheckpoint(Core.getGlobalContext());
    assertThat(ecs.asked).isEqualTo(1);
    for (String table :
        List.of(cloud.environment().incidentsTable(), cloud.environment().stateTable())) {
      assertThat(cloud.dynamo().scan(r -> r.tableName(table)).items()).as(table).isEmpty();
    }
  }

  @Test
  void what_there_is_no_time_for_is_given_back() {
    String none =
        """
        {"Records": [
          {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "3",
            "Keys": {"incident_id": {"S": "%1$s"}},
            "NewImage": {"incident_id": {"S": "%1$s"}}}}]}
        """
            .formatted(TestEvents.INCIDENT);
    Outbox outbox =
        new Outbox(
            cloud.dynamo(),
            new RefusingSns(Integer.MAX_VALUE, () -> {}),
            cloud.presigner(),
            cloud.environment(),
            () -> NOW,
            counters);
    assertThat(
            new AlertsHandler(outbox, counters)
                .handleRequest(read(DynamodbEvent.class, none), context(() -> 19_000))
                .getBatchItemFailures())
        .extracting(BatchItemFailure::getItemIdentifier)
        .containsExactly("3");
  }

  @Test
  void a_table_stream_batch_is_told_of_and_given_back_from_what_failed() {
    AtomicInteger left = new AtomicInteger(60_000);
    RefusingSns sns = new RefusingSns(Integer.MAX_VALUE, () -> left.set(19_000));
    assertThat(alerts(sns).handleRequest(changes(), context(left::get)).getBatchItemFailures())
        .extracting(BatchItemFailure::getItemIdentifier)
        .containsExactly("3");
    assertThat(sns.asked).isEqualTo(1);
  }

  @Test
  void an_outage_that_ends_within_the_invocation_gives_nothing_back() {
    RefusingSns sns = new RefusingSns(2, () -> {});
    assertThat(alerts(sns).handleRequest(changes(), context()).getBatchItemFailures()).isEmpty();
    assertThat(sns.asked).isEqualTo(3);
  }

  /** With one pending incident. */
  private AlertsHandler alerts(SnsClient sns) {
    new IncidentTable(
            cloud.dynamo(), cloud.environment().incidentsTable(), cloud.environment().retention())
        .merge(TestEvents.event(0, 1));
    return new AlertsHandler(
        new Outbox(
            cloud.dynamo(), sns, cloud.presigner(), cloud.environment(), () -> NOW, counters),
        counters);
  }

  private static DynamodbEvent changes() {
    return read(
        DynamodbEvent.class,
        """
        {"Records": [
          {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1",
            "Keys": {"incident_id": {"S": "%1$s"}}, "OldImage": {}}},
          {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "2",
            "Keys": {"incident_id": {"S": "%1$s"}},
            "NewImage": {"incident_id": {"S": "%1$s"}, "alerted_at": {"S": "x"}}}},
          {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "3",
            "Keys": {"incident_id": {"S": "%1$s"}},
            "NewImage": {"incident_id": {"S": "%1$s"}}}}]}
        """
            .formatted(TestEvents.INCIDENT));
  }

  private static <T> T read(Class<T> type, String json) {
    return LambdaEventSerializers.serializerFor(type, HandlersTest.class.getClassLoader())
        .fromJson(json);
  }

  private Scheduler scheduler(EcsClient ecs) {
    return new Scheduler(
        cloud.dynamo(),
        ecs,
        cloud.environment(),
        Limits.DEFAULT,
        () -> NOW,
        () -> "l1",
        counters,
        time -> {});
  }

  private static Context context() {
    return context(() -> 60_000);
  }

  /** One with that many milliseconds left. */
  private static Context context(IntSupplier left) {
    return (Context)
        Proxy.newProxyInstance(
            HandlersTest.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                method.getReturnType() == int.class ? (Object) left.getAsInt() : "test");
  }

  private static final class EmptyEcs implements EcsClient {
    private int asked;

    @Override
    public ListTasksResponse listTasks(ListTasksRequest request) {
      asked++;
      return ListTasksResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static final class RefusingSns implements SnsClient {
    private final int refusals;
    private final Runnable meanwhile;
    private int asked;

    /** Refuses so many calls and then takes all; something happens while it is asked. */
    RefusingSns(int refusals, Runnable meanwhile) {
      this.refusals = refusals;
      this.meanwhile = meanwhile;
    }

    @Override
    public PublishResponse publish(PublishRequest request) {
      asked++;
      meanwhile.run();
      if (asked > refusals) {
        return PublishResponse.builder().build();
      }
      throw SnsException.builder().message("refused").build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
