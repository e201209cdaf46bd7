package io.kvsinfer.infra;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.infra.config.Configuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** What a release replaces: functions with their triggers, clusters, the worker's task. */
final class ComputeStack extends Stack {
  private static final int FUNCTION_MIB = 1024;

  private final Configuration configuration;
  private final StateStack state;
  private final Map<String, ProductFunction> functions = new LinkedHashMap<>();
  private final List<WorkerCluster> clusters;

  /**
   * @param state what it works on
   * @param prometheus where the collector beside each worker sends metrics; null = nowhere
   * @param repository folder of the functions' jar and of the images
   */
  record Props(
      Configuration configuration,
      StateStack state,
      @Nullable Prometheus prometheus,
      String repository) {}

  ComputeStack(Construct scope, String id, StackProps stack, Props props) {
    super(scope, id, stack);
    configuration = props.configuration();
    state = props.state();
    Prometheus prometheus = props.prometheus();
    Permissions permissions = new Permissions(this, state, configuration);
    WorkerNetwork network = new WorkerNetwork(this, "Network", configuration, log("vpc"));
    clusters = WorkerCluster.all(this, configuration, network);
    List<Permission> worker = new ArrayList<>(permissions.worker());
    if (prometheus != null) {
      worker.add(Permissions.remoteWrite(prometheus.workspaceArn()));
    }
    WorkerTask task =
        new WorkerTask(
            this,
            "Worker",
            new WorkerTask.Props(
                configuration, state, props.repository(), log("worker"), worker, prometheus));
    Code code = Code.fromAsset(props.repository() + "/" + configuration.functionsJar());
    ProductFunction scheduler =
        function(
            Mappings.SCHEDULER,
            "Scheduler",
            code,
            schedulerVariables(task, network),
            Permissions.all(
                permissions.scheduler(clusters(), task.startable(), task.roles()),
                permissions.tablePoller(Tables.CAMERAS)));
    function(
        Mappings.EVENTS,
        "Events",
        code,
        Map.of("KVS_INFER_EVENTS_TABLE", configuration.named(Tables.EVENTS.name())),
        Permissions.all(permissions.events(), permissions.eventsPoller()));
    function(
        Mappings.ALERTS,
        "Alerts",
        code,
        alertsVariables(),
        Permissions.all(permissions.alerts(), permissions.tablePoller(Tables.INCIDENTS)));
    for (EventSourceMapping mapping : Mappings.ALL) {
      Objects.requireNonNull(functions.get(mapping.function()))
          .feed(mapping, source(mapping), state.mediaBucket().getBucketArn());
    }
    new SchedulerTriggers(this, "Triggers", configuration, scheduler, clusters());
  }

  List<ProductFunction> functions() {
    return List.copyOf(functions.values());
  }

  /** In the order in which the scheduler fills them. */
  List<ICluster> clusters() {
    return clusters.stream().map(WorkerCluster::cluster).toList();
  }

  private ProductFunction function(
      String name,
      String handler,
      Code code,
      Map<String, String> more,
      List<Permission> permissions) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("KVS_INFER_ENVIRONMENT", configuration.environment());
    variables.put(
        "KVS_INFER_RETENTION_DAYS", Integer.toString(configuration.storage().eventsDays()));
    variables.put(
        "KVS_INFER_PLATE_RETENTION_DAYS", Integer.toString(configuration.storage().plateDays()));
    variables.put("KVS_INFER_EMF", configuration.watch().cameraMetrics() ? "cameras" : "fleet");
    variables.put("KVS_INFER_CAMERAS_TABLE", configuration.named(Tables.CAMERAS.name()));
    variables.put("KVS_INFER_STATE_TABLE", configuration.named(Tables.CAMERA_STATE.name()));
    variables.put("KVS_INFER_INCIDENTS_TABLE", configuration.named(Tables.INCIDENTS.name()));
    variables.put("KVS_INFER_MEDIA_BUCKET", state.mediaBucket().getBucketName());
    variables.putAll(more);
    boolean alone =
        name.equals(Mappings.SCHEDULER) && configuration.functions().reserveConcurrency();
    ProductFunction function =
        new ProductFunction(
            this,
            "Function-" + name,
            new ProductFunction.Props(
                name,
                configuration.named(name),
                "io.kvsinfer.functions." + handler + "Handler",
                code,
                FUNCTION_MIB,
                Duration.seconds(Mappings.timeout(name).toSeconds()),
                variables,
                // Two schedulers at once do no harm, but each reads every table.
                alone ? 1 : null,
                log(name),
                permissions));
    functions.put(name, function);
    return function;
  }

  private Map<String, String> alertsVariables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("KVS_INFER_ALERTS_TOPIC", state.alertsTopic().getTopicArn());
    variables.put(
        "KVS_INFER_ALERTS_CLOSED", Boolean.toString(configuration.functions().alertsClosed()));
    int hours = configuration.functions().alertsLinkHours();
    if (hours > 0) {
      variables.put("KVS_INFER_ALERTS_LINK_HOURS", Integer.toString(hours));
    }
    return variables;
  }

  private Map<String, String> schedulerVariables(WorkerTask task, WorkerNetwork network) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(
        "KVS_INFER_CLUSTER",
        clusters().stream().map(ICluster::getClusterName).collect(Collectors.joining(",")));
    variables.put(
        "KVS_INFER_CLUSTER_TASKS", Integer.toString(configuration.fleet().clusterTasks()));
    variables.put("KVS_INFER_TASK_DEFINITION", task.task().getTaskDefinitionArn());
    variables.put("KVS_INFER_CONTAINER", WorkerTask.CONTAINER);
    List<String> providers = clusters.stream().map(WorkerCluster::provider).toList();
    variables.put(
        "KVS_INFER_CAPACITY_PROVIDER",
        // One name stands for all clusters.
        Set.copyOf(providers).size() == 1 ? providers.getFirst() : String.join(",", providers));
    variables.put(
        "KVS_INFER_SUBNETS",
        network.subnets().stream().map(ISubnet::getSubnetId).collect(Collectors.joining(",")));
    variables.put("KVS_INFER_SECURITY_GROUPS", network.workers().getSecurityGroupId());
    variables.put(
        "KVS_INFER_CAMERAS_PER_TASK", Integer.toString(configuration.fleet().camerasPerTask()));
    variables.put(
        "KVS_INFER_CANARY_PERCENT", Integer.toString(configuration.fleet().canaryPercent()));
    variables.put(
        "KVS_INFER_SILENCE_SECONDS", Integer.toString(configuration.watch().silenceSeconds()));
    // Judges the items that the workers will be given, by the same lists.
    variables.put("KVS_INFER_EVENTS_STREAM", state.eventsStream().getStreamName());
    variables.putAll(AllowedTargets.variables(configuration.allowed()));
    return variables;
  }

  private String source(EventSourceMapping mapping) {
    return switch (mapping.source()) {
      case EVENTS_STREAM -> state.eventsStream().getStreamArn();
      case CAMERAS_TABLE_STREAM -> state.table(Tables.CAMERAS).streamArn();
      case INCIDENTS_TABLE_STREAM -> state.table(Tables.INCIDENTS).streamArn();
    };
  }

  private LogGroup log(String name) {
    return LogGroup.Builder.create(this, "Log-" + name)
        .logGroupName("/kvs-infer/" + configuration.environment() + "/" + name)
        .encryptionKey(state.key())
        .retention(retention(configuration.watch().logDays()))
        .removalPolicy(configuration.production() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
        .build();
  }

  private static RetentionDays retention(int days) {
    return switch (days) {
      case 1 -> RetentionDays.ONE_DAY;
      case 3 -> RetentionDays.THREE_DAYS;
      case 5 -> RetentionDays.FIVE_DAYS;
      case 7 -> RetentionDays.ONE_WEEK;
      case 14 -> RetentionDays.TWO_WEEKS;
      case 30 -> RetentionDays.ONE_MONTH;
      case 60 -> RetentionDays.TWO_MONTHS;
      case 90 -> RetentionDays.THREE_MONTHS;
      case 120 -> RetentionDays.FOUR_MONTHS;
      case 150 -> RetentionDays.FIVE_MONTHS;
      case 180 -> RetentionDays.SIX_MONTHS;
      case 365 -> RetentionDays.ONE_YEAR;
      case 400 -> RetentionDays.THIRTEEN_MONTHS;
      case 545 -> RetentionDays.EIGHTEEN_MONTHS;
      case 731 -> RetentionDays.TWO_YEARS;
      default -> throw new IllegalArgumentException("log_days = " + days);
    };
  }
}
