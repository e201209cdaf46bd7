package io.kvsinfer.local.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskOverride;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

class EcsEndpointTest {
  private static final String CLUSTER = "workers";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir Path logs;

  private final Queue<JsonNode> changes = new ConcurrentLinkedQueue<>();
  private EcsEndpoint endpoint;
  private EcsClient ecs;

  @BeforeEach
  void start() {
    endpoint =
        EcsEndpoint.start(
            new EcsSettings(
                "eu-central-1",
                CLUSTER,
                List.of(
                    definition("sleeper", "echo up; exec sleep 60"),
                    definition("stubborn", "trap '' TERM; echo up; while :; do sleep 0.05; done"),
                    definition("failing", "echo \"$COLOUR $SHAPE\"; exit 4"),
                    new TaskDefinition(
                        "absent",
                        1,
                        "worker",
                        List.of("/no/such/program"),
                        Map.of(),
                        logs,
                        Duration.ZERO)),
                4,
                Duration.ofMillis(20)),
            InstantSource.system(),
            changes::add);
    ecs =
        EcsClient.builder()
            .endpointOverride(endpoint.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .build();
  }

  @AfterEach
  void stop() {
    ecs.close();
    endpoint.close();
  }

  @Test
  void a_task_goes_through_its_states_and_each_is_told() throws Exception {
    String arn = run("failing", r -> {}).tasks().getFirst().taskArn();
    Task stopped = awaitStopped(arn);

    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
    assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(4);
    assertThat(stopped.startedAt()).isBetween(stopped.createdAt(), stopped.stoppedAt());
    assertThat(changes)
        .extracting(c -> c.at("/detail/lastStatus").asText())
        .containsExactly("PROVISIONING", "PENDING", "RUNNING", "STOPPED");
    assertThat(changes)
        .allSatisfy(c -> {
          assertThat(c.path("detail-type").asText()).isEqualTo("ECS Task State Change");
          assertThat(c.path("source").asText()).isEqualTo("aws.ecs");
          assertThat(c.at("/detail/taskArn").asText()).isEqualTo(arn);
        });
  }

  @Test
  void overrides_reach_the_process_over_the_definition() throws Exception {
    String arn =
        run("failing", r -> r.overrides(variable("worker", "SHAPE", "round")))
            .tasks()
            .getFirst()
            .taskArn();
    awaitStopped(arn);

    assertThat(log(arn)).containsExactly("red round");
  }

  @Test
  void the_same_token_gives_the_same_task_and_other_parameters_a_conflict() {
    Task first = run("sleeper", r -> r.clientToken("t1")).tasks().getFirst();

    assertThat(run("sleeper", r -> r.clientToken("t1")).tasks())
        .extracting(Task::taskArn)
        .containsExactly(first.taskArn());
    assertThatThrownBy(() -> run("sleeper", r -> r.clientToken("t1").startedBy("other")))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void beyond_the_capacity_tasks_fail_in_an_answer_of_200() throws Exception {
    endpoint.setCapacity(2);
    RunTaskResponse answer = run("sleeper", r -> r.count(3));

    assertThat(answer.tasks()).hasSize(2);
    assertThat(answer.failures()).extracting(Failure::reason).containsExactly("RESOURCE:GPU");
    stop(answer.tasks().getFirst().taskArn());
    awaitStopped(answer.tasks().getFirst().taskArn());
    assertThat(run("sleeper", r -> {}).failures()).isEmpty();
  }

  @Test
  void stop_task_asks_first_and_says_who_wanted_it() throws Exception {
    String arn = run("sleeper", r -> {}).tasks().getFirst().taskArn();
    awaitUp(arn);

    Task stopping = ecs.stopTask(r -> r.cluster(CLUSTER).task(arn).reason("replaced")).task();

    assertThat(stopping.desiredStatus()).isEqualTo("STOPPED");
    Task stopped = awaitStopped(arn);
    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
    assertThat(stopped.stoppedReason()).isEqualTo("replaced");
    assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(143);
  }

  @Test
  void a_task_that_ignores_sigterm_is_killed_after_its_stop_timeout() throws Exception {
    String arn = run("stubborn", r -> {}).tasks().getFirst().taskArn();
    awaitUp(arn);
    stop(arn);

    assertThat(awaitStopped(arn).containers().getFirst().exitCode()).isEqualTo(137);
  }

  @Test
  void a_task_stopped_before_it_ran_has_no_exit_code() throws Exception {
    endpoint.setStartDelay(Duration.ofMinutes(1));
    String arn = run("sleeper", r -> {}).tasks().getFirst().taskArn();
    stop(arn);

    Task stopped = awaitStopped(arn);
    assertThat(stopped.startedAt()).isNull();
    assertThat(stopped.containers().getFirst().exitCode()).isNull();
  }

  @Test
  void a_program_that_is_missing_fails_to_start() throws Exception {
    Task stopped = awaitStopped(run("absent", r -> {}).tasks().getFirst().taskArn());

    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(stopped.stoppedReason()).contains("/no/such/program");
  }

  @Test
  void a_killed_process_is_an_exited_container() throws Exception {
    String arn = run("sleeper", r -> r.startedBy("local/gate/l1")).tasks().getFirst().taskArn();
    awaitUp(arn);
    RunningTask running = endpoint.running().getFirst();
    assertThat(running.startedBy()).isEqualTo("local/gate/l1");
    ProcessHandle.of(running.pid()).orElseThrow().destroyForcibly();

    Task stopped = awaitStopped(arn);
    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
    assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(137);
    assertThat(endpoint.running()).isEmpty();
  }

  @Test
  void lists_come_in_pages_and_by_status_and_starter() throws Exception {
    List<String> arns =
        run("sleeper", r -> r.count(3).startedBy("a")).tasks().stream().map(Task::taskArn).toList();
    run("sleeper", r -> r.startedBy("b"));
    stop(arns.getFirst());
    awaitStopped(arns.getFirst());

    assertThat(list(DesiredStatus.RUNNING, "a")).containsExactlyElementsOf(arns.subList(1, 3));
    assertThat(list(DesiredStatus.STOPPED, "a")).containsExactly(arns.getFirst());
    assertThat(ecs.listTasks(r -> r.cluster(CLUSTER)).taskArns()).hasSize(3);
    assertThat(ecs.listTasksPaginator(r -> r.cluster(CLUSTER).maxResults(1)).taskArns()).hasSize(3);
    assertThat(ecs.listTasks(r -> r.cluster(CLUSTER).family("failing")).taskArns()).isEmpty();
  }

  @Test
  void unknown_tasks_are_missing() {
    String arn = "arn:aws:ecs:eu-central-1:000000000000:task/workers/0123";

    assertThat(ecs.describeTasks(r -> r.cluster(CLUSTER).tasks(arn)).failures())
        .containsExactly(Failure.builder().arn(arn).reason("MISSING").build());
    assertThatThrownBy(() -> stop(arn)).isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void what_ecs_would_refuse_is_refused() {
    refused(() -> run("sleeper", r -> r.count(11)), "count");
    refused(() -> run("sleeper", r -> r.startedBy("with space")), "startedBy");
    refused(() -> run("sleeper", r -> r.startedBy("x".repeat(129))), "startedBy");
    refused(() -> run("sleeper", r -> r.clientToken("x".repeat(65))), "clientToken");
    refused(() -> run("nobody", r -> {}), "nobody");
    refused(
        () -> run("sleeper", r -> r.overrides(variable("worker", "X", "x".repeat(8192)))), "8192");
    refused(() -> run("sleeper", r -> r.overrides(variable("sidecar", "X", "x"))), "sidecar");
    refused(() -> ecs.describeTasks(r -> r.cluster(CLUSTER)), "empty");
    refused(
        () -> ecs.describeTasks(r -> r.cluster(CLUSTER).tasks(Collections.nCopies(101, "a"))),
        "100");
    refused(() -> ecs.listTasks(r -> r.cluster(CLUSTER).maxResults(101)), "maxResults");
    refused(() -> ecs.listTasks(r -> r.cluster(CLUSTER).nextToken("x")), "token");
    refused(() -> ecs.listTasks(r -> r.cluster(CLUSTER).startedBy("a").family("b")), "together");
    refused(() -> ecs.listServices(r -> r.cluster(CLUSTER)), "ListServices");
    assertThatThrownBy(() -> ecs.listTasks(r -> r.cluster("other")))
        .isInstanceOf(ClusterNotFoundException.class);
  }

  @Test
  void cluster_and_task_definition_can_be_described() {
    assertThat(ecs.describeClusters(r -> r.clusters(CLUSTER)).clusters())
        .extracting(c -> c.status())
        .containsExactly("ACTIVE");
    assertThat(ecs.describeClusters(r -> r.clusters("other")).failures()).hasSize(1);
    assertThat(
            ecs.describeTaskDefinition(r -> r.taskDefinition("failing:1"))
                .taskDefinition()
                .containerDefinitions()
                .getFirst()
                .name())
        .isEqualTo("worker");
  }

  @Test
  void stopping_all_ends_every_process_and_takes_no_more() throws Exception {
    String arn = run("sleeper", r -> {}).tasks().getFirst().taskArn();
    String stubborn = run("stubborn", r -> {}).tasks().getFirst().taskArn();
    awaitUp(arn);
    awaitUp(stubborn);

    endpoint.stopTasks(Duration.ofMillis(100));

    assertThat(describe(arn).containers().getFirst().exitCode()).isEqualTo(143);
    assertThat(describe(stubborn).containers().getFirst().exitCode()).isEqualTo(137);
    assertThatThrownBy(() -> run("sleeper", r -> {})).isInstanceOf(EcsException.class);
  }

  private TaskDefinition definition(String family, String script) {
    return new TaskDefinition(
        family,
        1,
        "worker",
        List.of("/bin/sh", "-c", script),
        Map.of("COLOUR", "red", "SHAPE", "square"),
        logs,
        Duration.ofMillis(300));
  }

  private RunTaskResponse run(String family, Consumer<RunTaskRequest.Builder> more) {
    return ecs.runTask(r -> more.accept(r.cluster(CLUSTER).taskDefinition(family)));
  }

  private static TaskOverride variable(String container, String name, String value) {
    return TaskOverride.builder()
        .containerOverrides(
            ContainerOverride.builder()
                .name(container)
                .environment(KeyValuePair.builder().name(name).value(value).build())
                .build())
        .build();
  }

  private void stop(String arn) {
    ecs.stopTask(r -> r.cluster(CLUSTER).task(arn));
  }

  private Task describe(String arn) {
    return ecs.describeTasks(r -> r.cluster(CLUSTER).tasks(arn)).tasks().getFirst();
  }

  private Task awaitStopped(String arn) throws Exception {
    Eventually.until(
        "the task is stopped", DEADLINE, () -> describe(arn).lastStatus().equals("STOPPED"));
    return describe(arn);
  }

  private void awaitUp(String arn) throws Exception {
    Eventually.until("the task is up", DEADLINE, () -> log(arn).contains("up"));
  }

  private List<String> list(DesiredStatus status, String startedBy) {
    return ecs.listTasks(r -> r.cluster(CLUSTER).desiredStatus(status).startedBy(startedBy))
        .taskArns();
  }

  private List<String> log(String arn) throws Exception {
    Path file = logs.resolve(arn.substring(arn.lastIndexOf('/') + 1) + ".log");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String about) {
    assertThatThrownBy(call).isInstanceOf(EcsException.class).hasMessageContaining(about);
  }
}
