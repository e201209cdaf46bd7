package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.local.kvs.ClipFeed;
import io.kvsinfer.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/** The packaged worker as a process of its own: from a file, and under the scheduler. */
final class PackagedWorkerTest {
  private static final Duration LONG = Duration.ofSeconds(150);
  private static final Pattern PORT = Pattern.compile("on port ([0-9]+)");

  @TempDir private Path folder;
  private LocalSystem system;
  private LocalFolder files;
  private Programs programs;

  @BeforeEach
  void start() throws Exception {
    programs = Packaged.programs();
    files = LocalFolder.take(folder);
    system = LocalSystem.start(files, programs, Map.of());
  }

  @AfterEach
  void stop() {
    Packaged.forget();
    if (system != null) {
      system.close();
    }
  }

  /** A camera that sees a fire again and again. */
  private void feed(String stream) throws Exception {
    Path clip = Packaged.clip("fire");
    system.kvs().feed(system.kvs().createStream(stream, 24), clip, ClipFeed.Options.looping());
  }

  @Test
  void many_cameras_of_a_file_run_in_one_process_which_ends_well_when_told_to() throws Exception {
    StringBuilder yaml = new StringBuilder("schema: 1\naws: {region: us-east-1}\ncameras:\n");
    for (String camera : List.of("gate", "shed", "yard")) {
      feed(camera);
      yaml.append("  - {id: ").append(camera).append(", stream_name: ").append(camera);
      yaml.append(", fps_target: 2, detectors: [{type: fire_smoke}]}\n");
    }
    Path config = Files.writeString(folder.resolve("cameras.yaml"), yaml);
    Path out = folder.resolve("worker.out");
    List<String> command = new ArrayList<>(programs.workerCommand(files.logs()));
    command.addAll(List.of("--config", config.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("worker.err").toFile());
    builder.environment().putAll(system.environment());
    builder.environment().put("KVS_INFER_PORT", "0");
    builder.environment().put("KVS_INFER_STATE", folder.resolve("spools").toString());
    Process worker = builder.start();
    try {
      Eventually.until(
          "every camera's frames are counted",
          LONG,
          () -> {
            String metrics = port(out).map(PackagedWorkerTest::metrics).orElse("");
            return List.of("gate", "shed", "yard").stream()
                .allMatch(c ->
                    metrics.matches(
                        "(?s).*kvs_infer_frames_processed_total\\{camera_id=\""
                            + c
                            + "\"} [1-9].*"));
          });
      worker.destroy();
      assertThat(worker.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(worker.exitValue()).isZero();
    } finally {
      worker.destroyForcibly();
    }
    List<String> named = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      JsonNode json = new JsonMapper().readTree(line);
      assertThat(json.path("timestamp").isTextual()).as(line).isTrue();
      assertThat(json.path("level").isTextual()).as(line).isTrue();
      assertThat(json.path("message").isTextual()).as(line).isTrue();
      assertThat(line).doesNotContain("SessionToken=", "AWS_SECRET");
      if (json.has("camera_name")) {
        named.add(json.path("camera_name").asText());
      }
    }
    assertThat(named).contains("gate", "shed", "yard");
  }

  private static Optional<String> port(Path out) throws Exception {
    Matcher matcher = PORT.matcher(Files.readString(out));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String metrics(String port) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  @Test
  void a_worker_whose_camera_is_paused_closes_what_is_open_and_gives_the_camera_back()
      throws Exception {
    feed("yard");
    system
        .cameraTable()
        .put(
            new JsonMapper()
                .createObjectNode()
                .put("id", "yard")
                .put("stream_name", "yard")
                .set("detectors", new JsonMapper().readTree("[{\"type\": \"fire_smoke\"}]")));
    Eventually.until(
        "an incident is open",
        LONG,
        () ->
            state()
                .map(CameraState::checkpoint)
                .filter(c -> !c.openIncidents().isEmpty())
                .isPresent());
    Launch launch = Objects.requireNonNull(state().orElseThrow().launch());

    assertThat(system.cameraTable().setEnabled("yard", false)).isTrue();
    Eventually.until(
        "the lease is released",
        LONG,
        () -> Objects.requireNonNull(state().orElseThrow().lease()).released());
    CameraState left = state().orElseThrow();
    assertThat(Objects.requireNonNull(left.status()).phase()).isEqualTo(Status.Phase.STOPPED);
    assertThat(Objects.requireNonNull(left.checkpoint()).openIncidents()).isEmpty();
    try (EcsClient ecs =
        EcsClient.builder()
            .endpointOverride(URI.create(system.environment().get("AWS_ENDPOINT_URL_ECS")))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      Eventually.until(
          "the task ended with exit code 0",
          LONG,
          () ->
              ecs
                  .describeTasks(d ->
                      d.cluster(system.environment().get("KVS_INFER_CLUSTER"))
                          .tasks(launch.taskArn()))
                  .tasks()
                  .stream()
                  .anyMatch(t ->
                      "STOPPED".equals(t.lastStatus())
                          && Objects.equals(t.containers().getFirst().exitCode(), 0)));
    }
  }

  private Optional<CameraState> state() {
    return system.stateTable().get("yard");
  }
}
