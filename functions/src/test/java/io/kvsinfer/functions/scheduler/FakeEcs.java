package io.kvsinfer.functions.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;

/** An ECS cluster in memory: client tokens, desired and last status, pages. */
final class FakeEcs implements EcsClient {

  final Map<String, Task> tasks = new LinkedHashMap<>();
  final List<RunTaskRequest> runs = new ArrayList<>();
  final List<StopTaskRequest> stops = new ArrayList<>();
  private final Map<String, String> tokens = new HashMap<>();
  private final int page;

  /** Every call, by name. */
  final List<String> calls = new ArrayList<>();

  /** Pages of two. */
  FakeEcs() {
    this(2);
  }

  /**
   * @param page ARNs a list call answers with at most
   */
  FakeEcs(int page) {
    this.page = page;
  }

  /** Reason for which the next RunTask gives no task. */
  @Nullable String full;

  /** Whether the answer of the next RunTask is lost after the task was made. */
  boolean loseAnswer;

  /** Camera for which RunTask fails. */
  @Nullable String broken;

  @Override
  public synchronized RunTaskResponse runTask(RunTaskRequest request) {
    calls.add("runTask");
    runs.add(request);
    if (broken != null && request.startedBy().contains("/" + broken + "/")) {
      throw EcsException.builder().message("broken").statusCode(500).build();
    }
    if (full != null) {
      String reason = full;
      full = null;
      return RunTaskResponse.builder()
          .failures(Failure.builder().reason(reason).detail("none left").build())
          .build();
    }
    String arn =
        tokens.computeIfAbsent(request.clientToken(), token -> "arn:task/" + (tokens.size() + 1));
    tasks.putIfAbsent(
        arn,
        Task.builder()
            .taskArn(arn)
            .startedBy(request.startedBy())
            .lastStatus("PROVISIONING")
            .desiredStatus("RUNNING")
            .build());
    if (loseAnswer) {
      loseAnswer = false;
      throw EcsException.builder().message("timed out").statusCode(503).build();
    }
    return RunTaskResponse.builder().tasks(tasks.get(arn)).build();
  }

  @Override
  public synchronized StopTaskResponse stopTask(StopTaskRequest request) {
    calls.add("stopTask");
    stops.add(request);
    tasks.computeIfPresent(
        request.task(), (arn, task) -> task.toBuilder().desiredStatus("STOPPED").build());
    return StopTaskResponse.builder().build();
  }

  @Override
  public synchronized ListTasksResponse listTasks(ListTasksRequest request) {
    calls.add("listTasks");
    List<String> arns =
        tasks.values().stream()
            .filter(task -> request.desiredStatusAsString().equals(task.desiredStatus()))
            .map(Task::taskArn)
            .toList();
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int to = Math.min(arns.size(), from + page);
    return ListTasksResponse.builder()
        .taskArns(arns.subList(from, to))
        .nextToken(to < arns.size() ? Integer.toString(to) : null)
        .build();
  }

  @Override
  public synchronized DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
    calls.add("describeTasks");
    return DescribeTasksResponse.builder()
        .tasks(request.tasks().stream().filter(tasks::containsKey).map(tasks::get).toList())
        .build();
  }

  void running(String arn, Instant since) {
    tasks.computeIfPresent(
        arn, (key, task) -> task.toBuilder().lastStatus("RUNNING").startedAt(since).build());
  }

  void stopped(String arn, Instant at, int exitCode, String stopCode) {
    tasks.computeIfPresent(
        arn,
        (key, task) ->
            task.toBuilder()
                .lastStatus("STOPPED")
                .desiredStatus("STOPPED")
                .stoppedAt(at)
                .stopCode(stopCode)
                .containers(Container.builder().name("worker").exitCode(exitCode).build())
                .build());
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
