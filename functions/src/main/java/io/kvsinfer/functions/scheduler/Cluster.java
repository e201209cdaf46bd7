package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.functions.scheduler.WorkerTask.Phase;
import io.kvsinfer.store.Environment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;

/** The workers' ECS clusters. */
final class Cluster {
  /** Tasks a DescribeTasks call takes. */
  private static final int DESCRIBED_AT_ONCE = 100;

  private static final int LONGEST_REASON = 255;

  private final EcsClient ecs;
  private final Environment environment;

  Cluster(EcsClient ecs, Environment environment) {
    this.ecs = ecs;
    this.environment = environment;
  }

  /** What ECS made of a launch. */
  sealed interface Placement {
    record Placed(String taskArn) implements Placement {}

    /** No task, for a reason that ECS gave, as {@code RESOURCE:GPU}. */
    record Failed(String reason) implements Placement {}
  }

  /** Worker tasks of this environment that are meant to run, in all its clusters. */
  List<WorkerTask> running() {
    List<WorkerTask> tasks = new ArrayList<>();
    for (String name : environment.clusters()) {
      List<String> arns =
          ecs
              .listTasksPaginator(
                  request -> request.cluster(name).desiredStatus(DesiredStatus.RUNNING))
              .taskArns()
              .stream()
              .toList();
      tasks.addAll(describe(name, arns));
    }
    return tasks;
  }

  /** The tasks of these ARNs that ECS still knows and that are workers of this environment. */
  List<WorkerTask> describe(Map<String, List<String>> arnsByCluster) {
    List<WorkerTask> tasks = new ArrayList<>();
    arnsByCluster.forEach((name, arns) -> tasks.addAll(describe(orFirst(name), arns)));
    return tasks;
  }

  private List<WorkerTask> describe(String name, List<String> arns) {
    List<WorkerTask> tasks = new ArrayList<>();
    for (int from = 0; from < arns.size(); from += DESCRIBED_AT_ONCE) {
      List<String> some = arns.subList(from, Math.min(arns.size(), from + DESCRIBED_AT_ONCE));
      ecs.describeTasks(request -> request.cluster(name).tasks(some))
          .tasks()
          .forEach(task -> worker(task, name).ifPresent(tasks::add));
    }
    return tasks;
  }

  private String orFirst(@Nullable String name) {
    return name == null || name.isEmpty() ? environment.clusters().getFirst() : name;
  }

  /**
   * Asks for one task; asked again for the same launch, ECS answers with the same task.
   *
   * @param cameraIds at least one
   */
  Placement run(List<String> cameraIds, Launch launch) {
    StartedBy startedBy =
        new StartedBy(
            environment.name(),
            cameraIds.size() == 1 ? cameraIds.getFirst() : StartedBy.TOGETHER,
            launch.id());
    String definition = launch.taskDefinition();
    String cluster = orFirst(launch.cluster());
    RunTaskRequest.Builder request =
        RunTaskRequest.builder()
            .cluster(cluster)
            .taskDefinition(definition == null ? environment.taskDefinition() : definition)
            .count(1)
            .clientToken(startedBy.clientToken())
            .startedBy(startedBy.text())
            .overrides(overrides -> overrides.containerOverrides(container(cameraIds, launch)));
    String provider = environment.capacityProvider(cluster);
    if (provider != null) {
      request.capacityProviderStrategy(
          CapacityProviderStrategyItem.builder().capacityProvider(provider).weight(1).build());
    }
    if (!environment.subnets().isEmpty()) {
      request.networkConfiguration(network ->
          network.awsvpcConfiguration(vpc ->
              vpc.subnets(environment.subnets())
                  .securityGroups(environment.securityGroups())
                  .assignPublicIp(AssignPublicIp.DISABLED)));
    }
    RunTaskResponse answer;
    try {
      answer = ecs.runTask(request.build());
    } catch (ConflictException e) {
      // The token was used with other parameters: by an invocation with another version, say.
      return e.hasResourceIds() && !e.resourceIds().isEmpty()
          ? new Placement.Placed(e.resourceIds().getFirst())
          : new Placement.Failed("its client token is taken: " + e.getMessage());
    }
    if (answer.tasks().isEmpty()) {
      return new Placement.Failed(
          answer.failures().stream().findFirst().map(Cluster::reason).orElse("no reason given"));
    }
    return new Placement.Placed(answer.tasks().getFirst().taskArn());
  }

  private ContainerOverride container(List<String> cameraIds, Launch launch) {
    return ContainerOverride.builder()
        .name(environment.container())
        .environment(
            variable("KVS_INFER_CAMERAS", String.join(",", cameraIds)),
            variable("KVS_INFER_LAUNCH", launch.id()))
        .build();
  }

  /** Tells a task to stop; one that ECS does not know has stopped already. */
  void stop(String taskArn, @Nullable String name, String reason) {
    String text = "kvs-infer: " + reason;
    ecs.stopTask(request ->
        request
            .cluster(orFirst(name))
            .task(taskArn)
            .reason(text.substring(0, Math.min(text.length(), LONGEST_REASON))));
  }

  private Optional<WorkerTask> worker(Task task, String name) {
    if (task.startedBy() == null) {
      return Optional.empty();
    }
    return StartedBy.parse(task.startedBy())
        .filter(by -> by.environment().equals(environment.name()))
        .map(by ->
            new WorkerTask(
                task.taskArn(),
                by.cameraId(),
                by.launchId(),
                phase(task),
                instant(task.startedAt()),
                instant(task.stoppedAt()),
                exitCode(task),
                task.stopCodeAsString(),
                name));
  }

  private static Phase phase(Task task) {
    if ("STOPPED".equals(task.lastStatus())) {
      return Phase.STOPPED;
    }
    if ("STOPPED".equals(task.desiredStatus())) {
      return Phase.STOPPING;
    }
    return "RUNNING".equals(task.lastStatus()) ? Phase.RUNNING : Phase.STARTING;
  }

  private @Nullable Integer exitCode(Task task) {
    return task.containers().stream()
        .filter(container -> environment.container().equals(container.name()))
        .map(Container::exitCode)
        // A container that still runs has none, and a stream finds no null.
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** In the tables' resolution; the SDK gives null for what is absent. */
  private static @Nullable Instant instant(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
  }

  private static KeyValuePair variable(String name, String value) {
    return KeyValuePair.builder().name(name).value(value).build();
  }

  private static String reason(Failure failure) {
    return failure.detail() == null
        ? String.valueOf(failure.reason())
        : failure.reason() + ": " + failure.detail();
  }
}
