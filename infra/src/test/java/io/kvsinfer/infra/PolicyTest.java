package io.kvsinfer.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.functions.AlertsHandler;
import io.kvsinfer.functions.EventsHandler;
import io.kvsinfer.functions.SchedulerHandler;
import io.kvsinfer.worker.app.WorkerMain;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each role may do what its program does, and nothing else. The calls are read from the compiled
 * programs; what no program shows stands here with its reason. A permission that is missing fails
 * as one that is not needed does.
 */
class PolicyTest {
  /** Which table a class of {@code store} works on. */
  private static final Map<String, String> TABLES =
      Map.of(
          "CameraTable", "cameras",
          "CameraStateTable", "camerastate",
          "LeaseTable", "camerastate",
          "ConditionalUpdate", "camerastate",
          "EventTable", "events",
          "IncidentTable", "incidents");

  /** Shared by three tables: what the events function writes and reads in batches. */
  private static final Map<String, List<String>> BATCHES =
      Map.of(
          "dynamodb:BatchWriteItem", List.of("events"),
          "dynamodb:BatchGetItem", List.of("camerastate", "incidents"));

  /** Granted although no program calls it. */
  private static final Map<String, String> FOR_EVERY_FUNCTION =
      Map.of(
          "logs:CreateLogStream", "Lambda writes the log as the function",
          "logs:PutLogEvents", "Lambda writes the log as the function",
          "sqs:SendMessage", "Lambda puts calls that are given up into the queue",
          "s3:PutObject given up", "Lambda describes batches that are given up",
          "s3:ListBucket", "Lambda checks the bucket of batches that are given up",
          "kms:Decrypt", "tables, streams and topics are read with the key",
          "kms:DescribeKey", "DynamoDB looks at the key of a table",
          "kms:GenerateDataKey", "objects, records and messages are written with the key");

  private static final Map<String, String> FOR_TABLE_STREAMS =
      Map.of(
          "dynamodb:DescribeStream", "Lambda polls the table's stream as the function",
          "dynamodb:GetRecords", "Lambda polls the table's stream as the function",
          "dynamodb:GetShardIterator", "Lambda polls the table's stream as the function",
          "dynamodb:ListStreams", "Lambda polls the table's stream as the function");

  private static final Map<String, String> FOR_EVENT_STREAM =
      Map.of(
          "kinesis:DescribeStream", "Lambda polls the event stream as the function",
          "kinesis:DescribeStreamSummary", "Lambda polls the event stream as the function",
          "kinesis:GetRecords", "Lambda polls the event stream as the function",
          "kinesis:GetShardIterator", "Lambda polls the event stream as the function",
          "kinesis:ListShards", "Lambda polls the event stream as the function");

  private static final Map<String, String> FOR_TASKS =
      Map.of("iam:PassRole", "ECS gives the tasks that RunTask starts their two roles");

  private static final Map<String, String> FOR_WORKERS =
      Map.of(
          "kms:Decrypt", "tables, streams and recordings are read with the key",
          "kms:DescribeKey", "DynamoDB looks at the key of a table",
          "kms:GenerateDataKey", "objects and records are written with the key",
          "kinesisvideo:DescribeStream", "pinned by requirement F7: why a stream is not found",
          "kinesisvideo:GetMedia", "pinned by requirement F7");

  /** Called by the program, yet not granted. */
  private static final Map<String, String> NOT_IN_THE_CLOUD =
      Map.of("dynamodb:PutItem events", "only a worker without functions writes the events table");

  @Test
  void the_scheduler_may_do_what_it_does() {
    holds(
        SchedulerHandler.class,
        "FunctionschedulerRole",
        Map.of(),
        List.of(FOR_EVERY_FUNCTION, FOR_TABLE_STREAMS, FOR_TASKS));
  }

  @Test
  void the_events_function_may_do_what_it_does() {
    holds(
        EventsHandler.class,
        "FunctioneventsRole",
        Map.of(),
        List.of(FOR_EVERY_FUNCTION, FOR_EVENT_STREAM));
  }

  @Test
  void the_alerts_function_may_do_what_it_does() {
    holds(
        AlertsHandler.class,
        "FunctionalertsRole",
        Map.of(),
        List.of(FOR_EVERY_FUNCTION, FOR_TABLE_STREAMS));
  }

  @Test
  void a_worker_may_do_what_it_does() {
    holds(WorkerMain.class, "WorkerTaskRole", NOT_IN_THE_CLOUD, List.of(FOR_WORKERS));
  }

  @Test
  void a_worker_that_is_alone_needs_the_policy_of_the_guide_and_no_more() {
    JsonNode policy =
        Synthesis.tree(
            Synthesis.read(Synthesis.repository().resolve("docs/policies/standalone-worker.json")));

    Set<String> granted = new TreeSet<>();
    policy
        .get("Statement")
        .forEach(s -> {
          assertThat(s.get("Effect").asText()).isEqualTo("Allow");
          assertThat(Granted.texts(s.get("Resource"))).doesNotContain("*");
          granted.addAll(Granted.texts(s.get("Action")));
        });
    Set<String> called =
        called(WorkerMain.class).stream()
            // Its settings are a file; what it detects goes to the stream and the bucket.
            .filter(action -> !action.startsWith("dynamodb:"))
            .collect(Collectors.toCollection(TreeSet::new));
    // Pinned by requirement F7 for a source that reads by GetMedia and says why it cannot.
    called.add("kinesisvideo:DescribeStream");
    called.add("kinesisvideo:GetMedia");
    assertThat(granted).isEqualTo(called);
  }

  @Test
  void only_what_knows_no_resource_is_granted_for_all_of_them() {
    JsonNode template = Synthesis.of("prod").template("Compute");

    Set<String> everywhere = new TreeSet<>();
    for (String role :
        List.of(
            "FunctionschedulerRole",
            "FunctioneventsRole",
            "FunctionalertsRole",
            "WorkerTaskRole",
            "TriggersCallerRole")) {
      for (JsonNode statement : Granted.statements(template, role)) {
        assertThat(Granted.texts(statement.get("Action")))
            .allSatisfy(action -> assertThat(action).doesNotContain("*"));
        if (Granted.texts(statement.get("Resource")).contains("*")) {
          everywhere.addAll(Granted.texts(statement.get("Action")));
        }
      }
    }
    assertThat(everywhere).containsExactlyInAnyOrder("ecs:ListTasks", "dynamodb:ListStreams");
  }

  private static void holds(
      Class<?> program,
      String role,
      Map<String, String> notGranted,
      List<Map<String, String>> declared) {
    Set<String> needed = new TreeSet<>(called(program));
    assertThat(needed).as("%s calls what is excused", program).containsAll(notGranted.keySet());
    needed.removeAll(notGranted.keySet());
    for (Map<String, String> some : declared) {
      needed.addAll(some.keySet());
    }
    Set<String> granted =
        Granted.to(Synthesis.of("prod").template("Compute"), role).stream()
            // What the poller does with a table's stream names the table; the action is enough.
            .map(g -> FOR_TABLE_STREAMS.containsKey(g.split(" ", 2)[0]) ? g.split(" ", 2)[0] : g)
            .filter(g -> !g.equals("aps:RemoteWrite"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(granted)
        .as("%s: change Permissions.java to what %s calls", role, program.getSimpleName())
        .isEqualTo(needed);
  }

  private static Set<String> called(Class<?> program) {
    return AwsCalls.from(program).stream()
        .flatMap(call -> {
          if (call.from().equals("BatchCalls")) {
            return Objects.requireNonNull(BATCHES.get(call.action()), call.action()).stream()
                .map(table -> call.action() + " " + table);
          }
          String table = TABLES.get(call.from());
          return Stream.of(table == null ? call.action() : call.action() + " " + table);
        })
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
