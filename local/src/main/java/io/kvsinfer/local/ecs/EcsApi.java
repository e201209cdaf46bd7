package io.kvsinfer.local.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.local.ecs.TaskState.Status;
import java.util.List;
import java.util.function.Predicate;

/** The operations of the API: JSON in, JSON out. Thread-safe. */
final class EcsApi {
  private static final int PAGE = 100;
  private static final int LONGEST_REASON = 1024;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Arns arns;
  private final List<TaskDefinition> definitions;
  private final Cluster cluster;
  private final TaskJson json;

  EcsApi(Arns arns, List<TaskDefinition> definitions, Cluster cluster) {
    this.arns = arns;
    this.definitions = List.copyOf(definitions);
    this.cluster = cluster;
    this.json = new TaskJson(arns);
  }

  ObjectNode call(String operation, ObjectNode request) throws EcsException {
    return switch (operation) {
      case "RunTask" -> runTask(request);
      case "StopTask" -> stopTask(request);
      case "DescribeTasks" -> describeTasks(request);
      case "ListTasks" -> listTasks(request);
      case "DescribeClusters" -> describeClusters(request);
      case "DescribeTaskDefinition" -> describeTaskDefinition(request);
      default -> throw EcsException.client("the local ECS has no operation " + operation);
    };
  }

  private ObjectNode runTask(ObjectNode request) throws EcsException {
    requireCluster(request);
    RunTaskCall call = RunTaskCall.of(request, definition(request));
    List<Task> started = cluster.run(call);
    ObjectNode answer = NODES.objectNode();
    ArrayNode tasks = answer.putArray("tasks");
    started.forEach(task -> tasks.add(json.described(task)));
    ArrayNode failures = answer.putArray("failures");
    for (int i = started.size(); i < call.count(); i++) {
      failures
          .addObject()
          .put("arn", arns.cluster())
          .put("reason", "RESOURCE:GPU")
          .put("detail", "the local cluster runs as many tasks as it may");
    }
    return answer;
  }

  private ObjectNode stopTask(ObjectNode request) throws EcsException {
    requireCluster(request);
    String reason = request.path("reason").asText("");
    if (reason.length() > LONGEST_REASON) {
      throw EcsException.invalid("reason must be at most " + LONGEST_REASON + " characters");
    }
    Task task =
        cluster
            .find(request.path("task").asText())
            .orElseThrow(() -> EcsException.invalid("The referenced task was not found."));
    task.stop(reason);
    ObjectNode answer = NODES.objectNode();
    answer.set("task", json.described(task));
    return answer;
  }

  private ObjectNode describeTasks(ObjectNode request) throws EcsException {
    requireCluster(request);
    JsonNode asked = request.path("tasks");
    if (asked.isEmpty()) {
      throw EcsException.invalid("Tasks cannot be empty.");
    }
    if (asked.size() > PAGE) {
      throw EcsException.invalid("Tasks cannot have more than " + PAGE + " elements.");
    }
    ObjectNode answer = NODES.objectNode();
    ArrayNode tasks = answer.putArray("tasks");
    ArrayNode failures = answer.putArray("failures");
    for (JsonNode id : asked) {
      cluster
          .find(id.asText())
          .ifPresentOrElse(
              task -> tasks.add(json.described(task)),
              () ->
                  failures
                      .addObject()
                      .put("arn", arns.task(Arns.lastPart(id.asText())))
                      .put("reason", "MISSING"));
    }
    return answer;
  }

  private ObjectNode listTasks(ObjectNode request) throws EcsException {
    requireCluster(request);
    int limit = request.path("maxResults").asInt(PAGE);
    if (limit < 1 || limit > PAGE) {
      throw EcsException.invalid("maxResults must be 1 to " + PAGE + ", not " + limit);
    }
    long after = pageStart(request.path("nextToken").asText("0"));
    List<Task> found =
        cluster.all().stream().filter(t -> t.number() > after).filter(filter(request)).toList();
    ObjectNode answer = NODES.objectNode();
    ArrayNode list = answer.putArray("taskArns");
    found.stream().limit(limit).forEach(task -> list.add(arns.task(task.id())));
    if (found.size() > limit) {
      answer.put("nextToken", Long.toString(found.get(limit - 1).number()));
    }
    return answer;
  }

  private static Predicate<Task> filter(ObjectNode request) throws EcsException {
    String desired = request.path("desiredStatus").asText("RUNNING");
    Status status =
        switch (desired) {
          case "RUNNING" -> Status.RUNNING;
          case "STOPPED" -> Status.STOPPED;
          // ECS never sets it: it lists nothing.
          case "PENDING" -> Status.PENDING;
          default -> throw EcsException.invalid("desiredStatus cannot be " + desired);
        };
    JsonNode startedBy = request.path("startedBy");
    JsonNode family = request.path("family");
    if (startedBy.isTextual() && family.isTextual()) {
      throw EcsException.invalid("startedBy and family cannot be given together");
    }
    return task ->
        task.state().desired() == status
            && (startedBy.isMissingNode() || startedBy.asText().equals(task.call().startedBy()))
            && (family.isMissingNode()
                || family.asText().equals(task.call().definition().family()));
  }

  private static long pageStart(String token) throws EcsException {
    try {
      return Long.parseLong(token);
    } catch (NumberFormatException e) {
      throw EcsException.invalid("Invalid token");
    }
  }

  private ObjectNode describeClusters(ObjectNode request) {
    ObjectNode answer = NODES.objectNode();
    ArrayNode clusters = answer.putArray("clusters");
    ArrayNode failures = answer.putArray("failures");
    JsonNode asked = request.path("clusters");
    List<String> names =
        asked.isEmpty()
            ? List.of("default")
            : asked.valueStream().map(JsonNode::asText).map(Arns::lastPart).toList();
    for (String name : names) {
      if (name.equals(arns.clusterName())) {
        List<Status> all = cluster.all().stream().map(task -> task.state().status()).toList();
        clusters
            .addObject()
            .put("clusterArn", arns.cluster())
            .put("clusterName", name)
            .put("status", "ACTIVE")
            .put("runningTasksCount", all.stream().filter(s -> s == Status.RUNNING).count())
            .put("pendingTasksCount", all.stream().filter(s -> s == Status.PENDING).count());
      } else {
        failures.addObject().put("arn", name).put("reason", "MISSING");
      }
    }
    return answer;
  }

  private ObjectNode describeTaskDefinition(ObjectNode request) throws EcsException {
    TaskDefinition definition = definition(request);
    ObjectNode answer = NODES.objectNode();
    ObjectNode described = answer.putObject("taskDefinition");
    described.put("taskDefinitionArn", arns.taskDefinition(definition));
    described.put("family", definition.family());
    described.put("revision", definition.revision());
    described.put("status", "ACTIVE");
    ObjectNode container = described.putArray("containerDefinitions").addObject();
    container.put("name", definition.container());
    container.put("essential", true);
    container.put("stopTimeout", definition.stopTimeout().toSeconds());
    ArrayNode command = container.putArray("command");
    definition.command().forEach(command::add);
    return answer;
  }

  /** The one that is named; the newest of the family where no revision is. */
  private TaskDefinition definition(ObjectNode request) throws EcsException {
    String name = Arns.lastPart(request.path("taskDefinition").asText(""));
    return definitions.stream()
        .filter(d -> d.name().equals(name) || d.family().equals(name))
        .reduce((a, b) -> a.revision() > b.revision() ? a : b)
        .orElseThrow(() -> EcsException.client("TaskDefinition not found: " + name));
  }

  private void requireCluster(ObjectNode request) throws EcsException {
    String name = Arns.lastPart(request.path("cluster").asText("default"));
    if (!name.equals(arns.clusterName())) {
      throw new EcsException("ClusterNotFoundException", "Cluster not found: " + name);
    }
  }
}
