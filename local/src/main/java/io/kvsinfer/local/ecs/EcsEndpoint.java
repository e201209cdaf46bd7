package io.kvsinfer.local.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.kvsinfer.embedded.LoopbackHttpServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ECS's API (JSON 1.1) for one cluster whose tasks are processes of this machine: RunTask,
 * StopTask, DescribeTasks, ListTasks, DescribeClusters and DescribeTaskDefinition. What ECS would
 * refuse is refused. No task outlives this process. Thread-safe.
 */
public final class EcsEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EcsEndpoint.class);
  private static final String TARGET = "AmazonEC2ContainerServiceV20141113.";
  private static final String JSON_1_1 = "application/x-amz-json-1.1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Arns arns;
  private final Cluster cluster;
  private final EcsApi api;
  private final LoopbackHttpServer server;

  private EcsEndpoint(EcsSettings settings, InstantSource clock, Consumer<JsonNode> changes) {
    this.arns = new Arns(settings.region(), settings.cluster());
    TaskJson json = new TaskJson(arns);
    this.cluster =
        new Cluster(
            clock,
            settings.capacity(),
            settings.startDelay(),
            task -> changes.accept(json.stateChange(task)));
    this.api = new EcsApi(arns, settings.definitions(), cluster);
    this.server = LoopbackHttpServer.start("ecs", this::handle);
  }

  /**
   * Starts one.
   *
   * @param changes takes every change of a task's state in EventBridge's shape ("ECS Task State
   *     Change"); called on the task's thread, must not block
   */
  public static EcsEndpoint start(
      EcsSettings settings, InstantSource clock, Consumer<JsonNode> changes) {
    return new EcsEndpoint(settings, clock, changes);
  }

  /** Where clients find it: value of {@code AWS_ENDPOINT_URL_ECS}. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** Tasks at once from now on; running ones stay. */
  public void setCapacity(int most) {
    cluster.setCapacity(most);
  }

  /** Time from RunTask to the start of the process, of later tasks. */
  public void setStartDelay(Duration delay) {
    cluster.setStartDelay(delay);
  }

  /** The tasks whose processes run now. */
  public List<RunningTask> running() {
    return cluster.all().stream()
        .filter(task -> task.pid().isPresent())
        .map(task ->
            new RunningTask(arns.task(task.id()), task.call().startedBy(), task.pid().orElse(0)))
        .toList();
  }

  /**
   * Stops all tasks in good order (SIGTERM) and takes no more, while the API goes on answering;
   * what still runs after {@code limit} is killed.
   */
  public void stopTasks(Duration limit) {
    cluster.close(limit);
  }

  /** {@link #stopTasks} within five seconds, then the end of the API. */
  @Override
  public void close() {
    try {
      stopTasks(Duration.ofSeconds(5));
    } finally {
      server.close();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String target =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target")).orElse("");
    ObjectNode answer;
    int status = 200;
    try {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      if (!target.startsWith(TARGET) || !(request instanceof ObjectNode object)) {
        throw new EcsException("UnknownOperationException", "not a call of ECS: " + target);
      }
      answer = api.call(target.substring(TARGET.length()), object);
    } catch (EcsException e) {
      status = 400;
      answer = error(e.type(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("{} failed", target, e);
      status = 500;
      answer = error("ServerException", "the local ECS failed; see its log");
    }
    LoopbackHttpServer.answer(exchange, status, JSON_1_1, JSON.writeValueAsBytes(answer));
  }

  private static ObjectNode error(String type, String message) {
    return JsonNodeFactory.instance.objectNode().put("__type", type).put("message", message);
  }
}
