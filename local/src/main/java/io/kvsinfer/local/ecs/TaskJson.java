package io.kvsinfer.local.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tasks as the ECS API and EventBridge write them; they differ in how they write times. */
final class TaskJson {
  private static final double MILLIS = 1000.0;
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Arns arns;

  TaskJson(Arns arns) {
    this.arns = arns;
  }

  /** As DescribeTasks has it. */
  ObjectNode described(Task task) {
    return task(task, task.state(), time -> NODES.numberNode(time.toEpochMilli() / MILLIS));
  }

  /** The event "ECS Task State Change" of EventBridge. */
  ObjectNode stateChange(Task task) {
    TaskState state = task.state();
    ObjectNode event = NODES.objectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", "ECS Task State Change");
    event.put("source", "aws.ecs");
    event.put("account", Arns.ACCOUNT);
    event.put("time", MILLISECONDS.format(state.updatedAt()));
    event.put("region", arns.region());
    event.putArray("resources").add(arns.task(task.id()));
    ObjectNode detail = task(task, state, time -> NODES.textNode(MILLISECONDS.format(time)));
    detail.put("updatedAt", MILLISECONDS.format(state.updatedAt()));
    event.set("detail", detail);
    return event;
  }

  private ObjectNode task(Task task, TaskState state, Function<Instant, JsonNode> time) {
    RunTaskCall call = task.call();
    ObjectNode json = NODES.objectNode();
    json.put("taskArn", arns.task(task.id()));
    json.put("clusterArn", arns.cluster());
    json.put("taskDefinitionArn", arns.taskDefinition(call.definition()));
    json.put("group", call.group());
    if (call.startedBy() != null) {
      json.put("startedBy", call.startedBy());
    }
    json.put("launchType", "EC2");
    json.put("lastStatus", state.status().name());
    json.put("desiredStatus", state.desired().name());
    json.put("version", state.version());
    json.set("createdAt", time.apply(state.createdAt()));
    putTime(json, "startedAt", state.startedAt(), time);
    putTime(json, "stoppingAt", state.stoppingAt(), time);
    putTime(json, "stoppedAt", state.stoppedAt(), time);
    if (state.stopCode() != null) {
      json.put("stopCode", state.stopCode());
    }
    if (state.stoppedReason() != null) {
      json.put("stoppedReason", state.stoppedReason());
    }
    json.set("overrides", call.overrides().isObject() ? call.overrides() : NODES.objectNode());
    json.putArray("attachments");
    json.putArray("containers").add(container(task, state));
    return json;
  }

  private ObjectNode container(Task task, TaskState state) {
    ObjectNode container = NODES.objectNode();
    container.put("containerArn", arns.container(task.id()));
    container.put("taskArn", arns.task(task.id()));
    container.put("name", task.call().definition().container());
    container.put(
        "lastStatus",
        switch (state.status()) {
          case PROVISIONING, PENDING -> "PENDING";
          case RUNNING, STOPPING -> "RUNNING";
          case STOPPED -> "STOPPED";
        });
    if (state.exitCode() != null) {
      container.put("exitCode", state.exitCode());
    }
    return container;
  }

  private static void putTime(
      ObjectNode json, String field, @Nullable Instant time, Function<Instant, JsonNode> form) {
    if (time != null) {
      json.set(field, form.apply(time));
    }
  }
}
