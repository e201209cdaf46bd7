package io.kvsinfer.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.local.mapping.RecordStream;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.TableCreator;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Many cameras on one machine: the packaged scheduler onboards them and then replaces the workers
 * of a fifth, with tasks that are processes and workers that keep leases, checkpoints and status in
 * the tables but decode nothing. {@code -Dkvsinfer.fleet=200} is the size of the issue; {@code
 * .ci/long fleet} plays it and prints the figures.
 */
final class FleetTest {
  private static final int CAMERAS = Integer.getInteger("kvsinfer.fleet", 10);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** A task without video: it ends with 0 when it is told to. */
  private static final List<String> TASK =
      List.of("sh", "-c", "sleep 100000 & p=$!; trap 'kill $p; exit 0' TERM; wait");

  @TempDir private Path folder;

  @Test
  void every_camera_is_watched_and_a_changed_one_again_with_its_new_settings() throws Exception {
    Path functions = TestMedia.repository().resolve("functions/target/kvs-infer-functions.jar");
    assumeTrue(
        Files.exists(functions), "needs the packaged functions: run mvn verify from the root");
    try (DynamoDbLocal database = DynamoDbLocal.start();
        CountingRelay tableCalls = new CountingRelay(database.endpoint());
        DynamoDbClient dynamo = client(DynamoDbClient.builder(), database.endpoint());
        DynamoDbStreamsClient streams =
            client(DynamoDbStreamsClient.builder(), database.endpoint())) {
      TableCreator creator = new TableCreator(dynamo);
      Tables.ALL.forEach(t -> creator.create(t, t.name()));
      CameraTable cameras = new CameraTable(dynamo, Tables.CAMERAS.name());
      CameraStateTable states = new CameraStateTable(dynamo, Tables.CAMERA_STATE.name());
      Map<String, String> environment = new HashMap<>();
      environment.put("AWS_REGION", "us-east-1");
      environment.put("AWS_ACCESS_KEY_ID", "local");
      environment.put("AWS_SECRET_ACCESS_KEY", "local");
      environment.put("AWS_ENDPOINT_URL_DYNAMODB", tableCalls.endpoint().toString());
      environment.put("KVS_INFER_CAMERAS_TABLE", Tables.CAMERAS.name());
      environment.put("KVS_INFER_STATE_TABLE", Tables.CAMERA_STATE.name());
      try (SyntheticFleet fleet = new SyntheticFleet(dynamo, Tables.CAMERA_STATE.name());
          Counted ecsCalls = new Counted();
          ControlPlane plane =
              new ControlPlane(
                  functions,
                  environment,
                  RecordStream.table(dynamo, streams, Tables.CAMERAS.name(), "us-east-1"),
                  TASK,
                  folder,
                  Duration.ofMinutes(1),
                  fleet,
                  ecsCalls::before)) {
        Figures figures = new Figures(tableCalls, ecsCalls);
        put(cameras, 0, CAMERAS, "street");
        Eventually.until(
            "every camera is watched", PATIENCE, () -> fleet.holders().size() == CAMERAS);
        figures.print("onboarding of " + CAMERAS);

        int changed = CAMERAS / 5;
        Map<String, String> before = fleet.holders();
        figures.begin();
        put(cameras, 0, changed, "yard");
        Eventually.until(
            "every changed camera has a new worker",
            PATIENCE,
            () -> {
              Map<String, String> now = fleet.holders();
              return now.size() == CAMERAS
                  && before.entrySet().stream().filter(now.entrySet()::contains).count()
                      == CAMERAS - changed;
            });
        figures.print("%d of %d changed".formatted(changed, CAMERAS));

        assertThat(fleet.broken()).isEmpty();
        Map<String, String> after = fleet.holders();
        for (int i = 0; i < CAMERAS; i++) {
          String id = camera(i);
          CameraState state = states.get(id).orElseThrow();
          Launch launch = Objects.requireNonNull(state.launch());
          Desired desired = Objects.requireNonNull(state.desired());
          Lease lease = Objects.requireNonNull(state.lease());
          assertThat(launch.id()).as(id).isEqualTo(after.get(id)).isEqualTo(lease.owner());
          assertThat(launch.settingsRevision()).as(id).isEqualTo(desired.revision());
          assertThat(lease.generation())
              .as(id + " has a new worker")
              .isEqualTo(i < changed ? 2 : 1);
          assertThat(plane.processes(id)).as(id).hasSize(1);
        }
      }
    }
  }

  /** Calls to ECS, counted once its endpoint is known. */
  private static final class Counted implements AutoCloseable {
    private @Nullable CountingRelay relay;

    String before(String endpoint) {
      try {
        CountingRelay started = new CountingRelay(URI.create(endpoint));
        relay = started;
        return started.endpoint().toString();
      } catch (IOException e) {
        throw new UncheckedIOException("no relay before ECS", e);
      }
    }

    Map<String, Integer> take() {
      return Objects.requireNonNull(relay).take();
    }

    @Override
    public void close() throws IOException {
      if (relay != null) {
        relay.close();
      }
    }
  }

  /** What a stretch of time took. */
  private static final class Figures {
    private final CountingRelay tables;
    private final Counted ecs;
    private long begun;
    private Duration scheduler = Duration.ZERO;
    private long own;

    Figures(CountingRelay tables, Counted ecs) {
      this.tables = tables;
      this.ecs = ecs;
      begin();
    }

    void begin() {
      tables.take();
      ecs.take();
      begun = System.nanoTime();
      scheduler = schedulerCpu();
      own = ownCpu();
    }

    void print(String what) {
      Map<String, Integer> calls = new TreeMap<>(tables.take());
      calls.putAll(ecs.take());
      System.out.printf(
          "fleet: %s: %.1f s; %d calls of the scheduler %s; CPU: scheduler %.1f s, tables, ECS and"
              + " workers' threads %.1f s%n",
          what,
          (System.nanoTime() - begun) / 1e9,
          calls.values().stream().mapToInt(n -> n).sum(),
          calls,
          schedulerCpu().minus(scheduler).toMillis() / 1e3,
          (ownCpu() - own) / 1e9);
    }

    private static Duration schedulerCpu() {
      return ProcessHandle.current()
          .descendants()
          .filter(p -> p.info().commandLine().orElse("").contains(".SchedulerHandler"))
          .flatMap(p -> p.info().totalCpuDuration().stream())
          .reduce(Duration.ZERO, Duration::plus);
    }

    private static long ownCpu() {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
  }

  private static void put(CameraTable cameras, int from, int to, String stream) {
    for (int i = from; i < to; i++) {
      ObjectNode item = JsonNodeFactory.instance.objectNode();
      item.put("id", camera(i));
      item.put("stream_name", stream + "-" + i);
      item.putArray("detectors").addObject().put("type", "fire_smoke");
      cameras.put(item);
    }
  }

  private static String camera(int number) {
    return "camera-%03d".formatted(number);
  }

  private static <B extends AwsClientBuilder<B, C>, C> C client(B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .build();
  }
}
