package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.LeaseOutcome.Taken;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.store.TableCreator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Calls to AWS while one camera in a hundred changes, against what page and batch sizes make
 * unavoidable. {@code -Dkvsinfer.cameras=10000} is the size the product is made for.
 */
final class SchedulerScaleTest {
  private static final int CAMERAS = Integer.getInteger("kvsinfer.cameras", 400);
  private static final int CHANGING = CAMERAS / 100;
  private static final int BATCH = 25;

  /** ECS lists and describes so many tasks in a call. */
  private static final int PAGE = 100;

  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final DynamoDbClient dynamo =
      DynamoDbClient.builder()
          .endpointOverride(DynamoDbLocal.start().endpoint())
          .region(Region.EU_WEST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .httpClientBuilder(UrlConnectionHttpClient.builder())
          .overrideConfiguration(o -> o.addExecutionInterceptor(new Counting()))
          .build();
  private final Environment environment =
      Environment.of(
          Map.of(
              "KVS_INFER_CAMERAS_TABLE",
              create(Tables.CAMERAS),
              "KVS_INFER_STATE_TABLE",
              create(Tables.CAMERA_STATE),
              "KVS_INFER_CLUSTER",
              "workers",
              // One cluster with the quota raised: a second one costs one page more in each list.
              "KVS_INFER_CLUSTER_TASKS",
              Integer.toString(2 * CAMERAS),
              "KVS_INFER_TASK_DEFINITION",
              "worker:1"));
  private final CameraStateTable states = new CameraStateTable(dynamo, environment.stateTable());
  private final LeaseTable leases = new LeaseTable(dynamo, environment.stateTable());
  private final FakeEcs ecs = new FakeEcs(PAGE);
  private final AtomicInteger launches = new AtomicInteger();
  private Instant now = Instant.parse("2026-11-21T02:48:00Z");
  private final Scheduler scheduler =
      new Scheduler(
          dynamo,
          ecs,
          environment,
          Limits.DEFAULT,
          () -> now,
          () -> "l" + launches.incrementAndGet(),
          (name, value) -> {},
          time -> {});

  private final class Counting implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      count(context.request().getClass().getSimpleName());
    }
  }

  private void count(String call) {
    calls.computeIfAbsent(call, name -> new AtomicInteger()).incrementAndGet();
  }

  private String create(TableDefinition definition) {
    new TableCreator(dynamo).create(definition, definition.name());
    return definition.name();
  }

  private static String camera(int number) {
    return "camera-%05d".formatted(number);
  }

  private static Map<String, AttributeValue> item(int number, String stream) {
    return Map.of(
        "id", AttributeValue.fromS(camera(number)),
        "stream_name", AttributeValue.fromS(stream),
        "fps_target", AttributeValue.fromN("5"),
        "detectors",
            AttributeValue.fromL(
                List.of(
                    AttributeValue.fromM(Map.of("type", AttributeValue.fromS("fire_smoke"))),
                    AttributeValue.fromM(Map.of("type", AttributeValue.fromS("weapon"))))));
  }

  private void put(int from, int to, String stream) {
    for (int first = from; first < to; first += BATCH) {
      List<WriteRequest> batch = new ArrayList<>();
      for (int i = first; i < Math.min(to, first + BATCH); i++) {
        Map<String, AttributeValue> item = item(i, stream);
        batch.add(
            WriteRequest.builder().putRequest(PutRequest.builder().item(item).build()).build());
      }
      dynamo.batchWriteItem(w -> w.requestItems(Map.of(environment.camerasTable(), batch)));
    }
  }

  private Launch launch(String camera) {
    return Objects.requireNonNull(states.get(camera).orElseThrow().launch());
  }

  /** The worker of the camera's launch comes up and takes its lease. */
  private void comeUp(String camera) {
    Launch launch = launch(camera);
    ecs.running(Objects.requireNonNull(launch.taskArn()), now);
    var seen = states.get(camera).orElseThrow().lease();
    assertThat(leases.take(camera, launch.id(), seen)).isInstanceOf(Taken.class);
  }

  /** The worker of the camera's launch drains and ends. */
  private void end(String camera) {
    var state = states.get(camera).orElseThrow();
    leases.release(camera, Objects.requireNonNull(state.lease()));
    String arn = Objects.requireNonNull(launch(camera).taskArn());
    ecs.stopped(arn, now, 0, "USER_INITIATED");
  }

  /** Sooner than the minute: nobody renews the leases here. */
  private Map<String, Integer> tick() {
    now = now.plusSeconds(10);
    return scheduler.run(Duration.ofHours(1));
  }

  @Test
  void calls_are_within_a_tenth_of_what_pages_and_batches_make_unavoidable() {
    put(0, CAMERAS, "street");
    int started = 0;
    while (started < CAMERAS) {
      // As many as one invocation starts.
      int more = tick().getOrDefault("Start", 0);
      assertThat(more).isPositive();
      started += more;
    }
    for (int i = 0; i < CAMERAS; i++) {
      comeUp(camera(i));
    }
    tick();

    calls.clear();
    ecs.calls.clear();
    long begin = System.nanoTime();
    put(0, CHANGING, "yard");
    int operator = counted().getOrDefault("BatchWriteItemRequest", 0);
    calls.clear();
    tick();
    Map<String, Integer> first = counted();
    for (int i = 0; i < CHANGING; i++) {
      end(camera(i));
    }
    calls.clear();
    tick();
    Map<String, Integer> second = counted();
    for (int i = 0; i < CHANGING; i++) {
      comeUp(camera(i));
    }
    calls.clear();
    tick();
    Map<String, Integer> third = counted();
    long seconds = (System.nanoTime() - begin) / 1_000_000_000L;

    int scans = scans(first) + scans(second) + scans(third);
    // All tasks in the first and third tick, those that stopped on their own in the second.
    int whole = pages(CAMERAS);
    int ecsReads = 4 * whole + 2 * pages(CAMERAS - CHANGING) + pages(CHANGING);
    // Verdict, StopTask, launch, RunTask, task: none of them takes more than one camera.
    int unavoidable = leastScans() + ecsReads + 5 * CHANGING;
    int made = sum(first) + sum(second) + sum(third) + ecs.calls.size();
    System.out.printf(
        "%d cameras, %d changed (%d operator writes): %d calls, %d unavoidable (%.3f), %d scans,"
            + " ECS %s, DynamoDB %s %s %s, %d s%n",
        CAMERAS,
        CHANGING,
        operator,
        made,
        unavoidable,
        (double) made / unavoidable,
        scans,
        byName(),
        first,
        second,
        third,
        seconds);
    assertThat((double) made).isLessThanOrEqualTo(1.1 * unavoidable);
  }

  private static int pages(int number) {
    return (number + PAGE - 1) / PAGE;
  }

  /** A scan reads a megabyte at a time; two tables, three ticks. */
  private int leastScans() {
    return 3 * (megabytes(environment.camerasTable()) + megabytes(environment.stateTable()));
  }

  private int megabytes(String table) {
    int pages = 0;
    for (var page : dynamo.scanPaginator(s -> s.tableName(table).consistentRead(true))) {
      pages += page.hasItems() ? 1 : 0;
    }
    return pages;
  }

  private Map<String, Integer> counted() {
    Map<String, Integer> counted = new TreeMap<>();
    calls.forEach((name, number) -> counted.put(name, number.get()));
    return counted;
  }

  private Map<String, Integer> byName() {
    Map<String, Integer> counted = new TreeMap<>();
    ecs.calls.forEach(name -> counted.merge(name, 1, Integer::sum));
    return counted;
  }

  private static int scans(Map<String, Integer> counted) {
    return counted.getOrDefault("ScanRequest", 0);
  }

  private static int sum(Map<String, Integer> counted) {
    return counted.values().stream().mapToInt(Integer::intValue).sum();
  }
}
