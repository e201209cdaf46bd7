package io.kvsinfer.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.local.ecs.EcsEndpoint;
import io.kvsinfer.local.ecs.EcsSettings;
import io.kvsinfer.local.ecs.RunningTask;
import io.kvsinfer.local.ecs.TaskDefinition;
import io.kvsinfer.local.lambda.FunctionDefinition;
import io.kvsinfer.local.lambda.LambdaRuntime;
import io.kvsinfer.local.mapping.AsyncInvocations;
import io.kvsinfer.local.mapping.EventSource;
import io.kvsinfer.local.mapping.RecordStream;
import io.kvsinfer.local.mapping.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The control plane on this machine: the packaged scheduler in a process, called as in the cloud by
 * the table's changes, by changes of tasks and on schedule, and an ECS whose tasks are processes.
 */
final class ControlPlane implements AutoCloseable {
  private static final String REGION = "us-east-1";
  private static final String CLUSTER = "faults";
  private static final String FAMILY = "synthetic-worker";
  private static final String HANDLER = "io.kvsinfer.functions.SchedulerHandler";
  private static final int CAPACITY = 1000;
  private static final int MEMORY_MIB = 512;

  private final EcsEndpoint ecs;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile @Nullable AsyncInvocations taskChanges;

  /** One whose scheduler reaches ECS directly. */
  ControlPlane(
      Path functions,
      Map<String, String> environment,
      RecordStream cameras,
      List<String> command,
      Path folder,
      Duration schedule,
      Consumer<JsonNode> changes) {
    this(functions, environment, cameras, command, folder, schedule, changes, endpoint -> endpoint);
  }

  /**
   * Starts one.
   *
   * @param environment variables of workers and scheduler
   * @param cameras stream of the cameras table
   * @param command what a task runs
   * @param schedule how often the scheduler is called in any case
   * @param changes also told of every change of a task
   * @param way ECS's endpoint as the scheduler is to find it, made of its own
   */
  ControlPlane(
      Path functions,
      Map<String, String> environment,
      RecordStream cameras,
      List<String> command,
      Path folder,
      Duration schedule,
      Consumer<JsonNode> changes,
      UnaryOperator<String> way) {
    InstantSource clock = InstantSource.system();
    TaskDefinition worker =
        new TaskDefinition(
            FAMILY,
            1,
            "worker",
            command,
            environment,
            folder.resolve("tasks"),
            Duration.ofSeconds(30));
    ecs =
        EcsEndpoint.start(
            new EcsSettings(REGION, CLUSTER, List.of(worker), CAPACITY, Duration.ZERO),
            clock,
            change -> {
              changes.accept(change);
              AsyncInvocations there = taskChanges;
              if (there != null) {
                there.accept(change);
              }
            });
    opened.push(ecs);
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("AWS_ENDPOINT_URL_ECS", way.apply(ecs.endpoint().toString()));
    variables.put("KVS_INFER_CLUSTER", CLUSTER);
    variables.put("KVS_INFER_TASK_DEFINITION", FAMILY);
    LambdaRuntime scheduler =
        opened(
            LambdaRuntime.start(
                new FunctionDefinition(
                    Mappings.SCHEDULER,
                    HANDLER,
                    List.of(functions),
                    variables,
                    REGION,
                    MEMORY_MIB,
                    Mappings.timeout(Mappings.SCHEDULER)),
                folder.resolve("function-scheduler.log")));
    taskChanges = opened(AsyncInvocations.start(scheduler));
    // What the scheduler did not take is of no use later: every call looks at everything.
    opened(EventSource.start(Mappings.ALL.get(1), cameras, scheduler, batch -> {}, clock));
    opened(Schedule.start(scheduler, REGION, schedule, clock));
  }

  /** The tasks of a camera whose processes run now. */
  List<ProcessHandle> processes(String camera) {
    return ecs.running().stream()
        .filter(task -> String.valueOf(task.startedBy()).contains("/" + camera + "/"))
        .map(RunningTask::pid)
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .toList();
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a part of the control plane does not close", e);
      }
    }
  }
}
