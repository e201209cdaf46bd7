package io.kvsinfer.infra;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.infra.config.Configuration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Arn;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.ICluster;

/**
 * What each role may do, and nothing else. A test holds these lists against the calls that the code
 * makes; what no code shows (the pollers of event source mappings, KMS, PassRole) stands in that
 * test with its reason.
 */
final class Permissions {
  /** What a worker does with a camera's stream. */
  static final List<String> READ_STREAM =
      List.of(
          "kinesisvideo:GetDataEndpoint",
          "kinesisvideo:DescribeStream",
          "kinesisvideo:GetHLSStreamingSessionURL",
          "kinesisvideo:GetMedia");

  /** What a worker does with a data stream of events. */
  static final List<String> SEND_EVENTS = List.of("kinesis:PutRecord", "kinesis:PutRecords");

  private final Stack stack;
  private final StateStack state;
  private final Configuration configuration;

  Permissions(Stack stack, StateStack state, Configuration configuration) {
    this.stack = stack;
    this.state = state;
    this.configuration = configuration;
  }

  /** The worker's task role. */
  List<Permission> worker() {
    return all(ofEnvironment(), AllowedTargets.permissions(stack, configuration.allowed()));
  }

  private List<Permission> ofEnvironment() {
    return List.of(
        Permission.of("CamerasTable", List.of("dynamodb:GetItem"), table(Tables.CAMERAS)),
        Permission.of(
            "StateTable",
            List.of("dynamodb:GetItem", "dynamodb:UpdateItem"),
            table(Tables.CAMERA_STATE)),
        Permission.of("EventsStream", SEND_EVENTS, state.eventsStream().getStreamArn()),
        Permission.of(
            "Media", List.of("s3:PutObject"), state.mediaBucket().arnForObjects("media/*")),
        new Permission("CameraStreams", READ_STREAM, streams(), Map.of()),
        key("dynamodb", "kinesis", "kinesisvideo", "s3"));
  }

  /**
   * The scheduler function's role.
   *
   * @param clusters where it starts tasks
   * @param taskDefinitionArn what it starts, {@code :*} at its end for any revision
   * @param passed roles that ECS is given for those tasks
   */
  List<Permission> scheduler(
      List<ICluster> clusters, String taskDefinitionArn, List<String> passed) {
    List<String> arns = clusters.stream().map(ICluster::getClusterArn).toList();
    Map<String, Map<String, Object>> inCluster =
        Map.of("ArnEquals", Map.of("ecs:cluster", arns.size() == 1 ? arns.getFirst() : arns));
    return List.of(
        Permission.of("CamerasTable", List.of("dynamodb:Scan"), table(Tables.CAMERAS)),
        Permission.of(
            "StateTable",
            List.of("dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateItem"),
            table(Tables.CAMERA_STATE)),
        new Permission(
            "StartWorkers", List.of("ecs:RunTask"), List.of(taskDefinitionArn), inCluster),
        new Permission(
            "SeeAndStopWorkers",
            List.of("ecs:DescribeTasks", "ecs:StopTask"),
            clusters.stream().map(c -> arn("ecs", "task", c.getClusterName() + "/*")).toList(),
            inCluster),
        // ListTasks knows no resource: the condition is what narrows it.
        new Permission("ListWorkers", List.of("ecs:ListTasks"), List.of("*"), inCluster),
        new Permission(
            "GiveRolesToWorkers",
            List.of("iam:PassRole"),
            passed,
            Map.of("StringEquals", Map.of("iam:PassedToService", "ecs-tasks.amazonaws.com"))),
        key("dynamodb"));
  }

  /** The events function's role. */
  List<Permission> events() {
    return List.of(
        Permission.of(
            "EventsTable",
            List.of("dynamodb:BatchWriteItem", "dynamodb:PutItem"),
            table(Tables.EVENTS)),
        Permission.of(
            "IncidentsTable",
            List.of("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"),
            table(Tables.INCIDENTS)),
        Permission.of(
            "StateTable",
            List.of("dynamodb:BatchGetItem", "dynamodb:UpdateItem"),
            table(Tables.CAMERA_STATE)),
        Permission.of(
            "Archive",
            List.of("s3:PutObject"),
            state.mediaBucket().arnForObjects("events/*"),
            state.mediaBucket().arnForObjects("fenced/*"),
            state.mediaBucket().arnForObjects("poison/*")),
        key("dynamodb", "kinesis", "s3"));
  }

  /** The alerts function's role. */
  List<Permission> alerts() {
    List<Permission> permissions = new ArrayList<>();
    if (configuration.functions().alertsLinkHours() > 0) {
      // Links to evidence are signed as the function, so that it must be able to read it.
      permissions.add(
          Permission.of(
              "LinksToEvidence",
              List.of("s3:GetObject"),
              state.mediaBucket().arnForObjects("media/*")));
      permissions.add(keyFor("KeyOfEvidence", List.of("kms:Decrypt"), List.of("s3")));
    }
    permissions.addAll(
        List.of(
            // A camera's settings say whether a plate may be told.
            Permission.of("CamerasTable", List.of("dynamodb:GetItem"), table(Tables.CAMERAS)),
            Permission.of(
                "IncidentsTable",
                List.of("dynamodb:GetItem", "dynamodb:UpdateItem"),
                table(Tables.INCIDENTS)),
            Permission.of("Topic", List.of("sns:Publish"), state.alertsTopic().getTopicArn()),
            key("dynamodb", "sns")));
    return permissions;
  }

  /** Reads the event stream on a function's behalf. */
  List<Permission> eventsPoller() {
    return polled(
        Permission.of(
            "PollEvents",
            List.of(
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards"),
            state.eventsStream().getStreamArn()));
  }

  /** Reads a table's stream on a function's behalf. */
  List<Permission> tablePoller(TableDefinition table) {
    return polled(
        Permission.of(
            "PollTable",
            List.of("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
            state.table(table).streamArn()),
        // It knows no resource.
        Permission.of("ListTableStreams", List.of("dynamodb:ListStreams"), "*"));
  }

  /** What a function needs to be one: its log, and a queue for calls that are given up. */
  static List<Permission> function(String logGroupArn, String queueArn) {
    return List.of(
        Permission.of(
            "Log", List.of("logs:CreateLogStream", "logs:PutLogEvents"), logGroupArn + ":*"),
        Permission.of("CallsGivenUp", List.of("sqs:SendMessage"), queueArn));
  }

  /** What the collector beside a worker needs. */
  static Permission remoteWrite(String workspaceArn) {
    return Permission.of("Metrics", List.of("aps:RemoteWrite"), workspaceArn);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the parts are only read
  static List<Permission> all(List<Permission>... parts) {
    return Arrays.stream(parts).flatMap(List::stream).toList();
  }

  /** Batches that are given up are described in the bucket, under Lambda's own prefix. */
  private List<Permission> polled(Permission... polling) {
    List<Permission> permissions = new ArrayList<>(List.of(polling));
    permissions.add(
        Permission.of(
            "BatchesGivenUp",
            List.of("s3:PutObject"),
            state.mediaBucket().arnForObjects(EventSourceMapping.GIVEN_UP + "*")));
    permissions.add(
        Permission.of(
            "BatchesGivenUpBucket", List.of("s3:ListBucket"), state.mediaBucket().getBucketArn()));
    permissions.add(keyFor("KeyOfBatchesGivenUp", List.of("kms:GenerateDataKey"), List.of("s3")));
    return permissions;
  }

  private Permission key(String... services) {
    return keyFor(
        "Key", List.of("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"), List.of(services));
  }

  /** The key only as those services use it, never by itself. */
  private Permission keyFor(String sid, List<String> actions, List<String> services) {
    return new Permission(
        sid,
        actions,
        List.of(state.key().getKeyArn()),
        Map.of(
            "StringEquals",
            Map.of(
                "kms:ViaService",
                services.stream()
                    .map(service -> service + "." + configuration.region() + ".amazonaws.com")
                    .toList())));
  }

  private String table(TableDefinition definition) {
    return state.table(definition).table().getTableArn();
  }

  private List<String> streams() {
    return Stream.concat(
            configuration.streams().readable().stream(),
            configuration.streams().create().stream().map(Configuration.VideoStream::name))
        .distinct()
        .map(name -> arn("kinesisvideo", "stream", name + "/*"))
        .toList();
  }

  private String arn(String service, String resource, String name) {
    return Arn.format(
        ArnComponents.builder()
            .service(service)
            .resource(resource)
            .resourceName(name)
            .arnFormat(ArnFormat.SLASH_RESOURCE_NAME)
            .build(),
        stack);
  }
}
