package io.kvsinfer.infra;

import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.Configuration.Capacity;
import io.kvsinfer.infra.config.Configuration.CapacityKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.CfnDeletionPolicy;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.assets.Platform;
import software.amazon.awscdk.services.ecs.AssetImageProps;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Capability;
import software.amazon.awscdk.services.ecs.CfnTaskDefinition;
import software.amazon.awscdk.services.ecs.Compatibility;
import software.amazon.awscdk.services.ecs.ContainerDefinition;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.CpuArchitecture;
import software.amazon.awscdk.services.ecs.HealthCheck;
import software.amazon.awscdk.services.ecs.LinuxParameters;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.MountPoint;
import software.amazon.awscdk.services.ecs.NetworkMode;
import software.amazon.awscdk.services.ecs.OperatingSystemFamily;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.ecs.RuntimePlatform;
import software.amazon.awscdk.services.ecs.Secret;
import software.amazon.awscdk.services.ecs.TaskDefinition;
import software.amazon.awscdk.services.ecs.Volume;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.amazon.awscdk.services.ssm.SecureStringParameterAttributes;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * The task of one worker: a read-only root file system, no capabilities, no root. Its two writable
 * folders are volumes that end with the task.
 */
final class WorkerTask extends Construct {
  /** Name of the worker's container, which the scheduler overrides. */
  static final String CONTAINER = "worker";

  /** As the image makes it. */
  private static final String USER = "10001:10001";

  private static final int METRICS_PORT = 9090;

  /** The longest that Fargate allows; the worker drains within 110 s. */
  private static final int STOP_SECONDS = 120;

  private final TaskDefinition task;
  private final Role taskRole;
  private final String startable;

  /**
   * @param repository folder that the image is built from
   * @param prometheus where the collector beside the worker writes to; null = no collector
   */
  record Props(
      Configuration configuration,
      StateStack state,
      String repository,
      ILogGroup log,
      List<Permission> permissions,
      @Nullable Prometheus prometheus) {}

  WorkerTask(Construct scope, String id, Props props) {
    super(scope, id);
    Configuration configuration = props.configuration();
    Capacity capacity = configuration.capacity();
    taskRole =
        Role.Builder.create(this, "TaskRole")
            .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com"))
            .description("kvs-infer worker")
            .inlinePolicies(Map.of("kvs-infer", Permission.document(props.permissions())))
            .build();
    TaskDefinition.Builder builder =
        TaskDefinition.Builder.create(this, "Task")
            .family(configuration.named("worker"))
            .compatibility(compatibility(capacity.kind()))
            .networkMode(NetworkMode.AWS_VPC)
            .cpu(Integer.toString(capacity.cpu()))
            .memoryMiB(Integer.toString(capacity.memoryMib()))
            .taskRole(taskRole.withoutPolicyUpdates());
    if (capacity.kind() != CapacityKind.ASG) {
      builder.runtimePlatform(
          RuntimePlatform.builder()
              .cpuArchitecture(CpuArchitecture.X86_64)
              .operatingSystemFamily(OperatingSystemFamily.LINUX)
              .build());
    }
    task = builder.build();
    if (configuration.fleet().canaryPercent() == 0) {
      startable = task.getTaskDefinitionArn();
    } else {
      // Cameras that are not in the canary, or go back, start by the revision before.
      CfnTaskDefinition resource =
          (CfnTaskDefinition) Objects.requireNonNull(task.getNode().getDefaultChild());
      resource.getCfnOptions().setUpdateReplacePolicy(CfnDeletionPolicy.RETAIN);
      // Said although it is so anyway: CloudFormation's own check wants both or none.
      resource.getCfnOptions().setDeletionPolicy(CfnDeletionPolicy.DELETE);
      startable =
          Stack.of(this)
              .formatArn(
                  ArnComponents.builder()
                      .service("ecs")
                      .resource("task-definition")
                      .resourceName(configuration.named("worker") + ":*")
                      .build());
    }
    task.addVolume(Volume.builder().name("state").build());
    task.addVolume(Volume.builder().name("tmp").build());
    ContainerDefinition worker = task.addContainer(CONTAINER, worker(props));
    worker.addMountPoints(
        MountPoint.builder()
            .containerPath("/var/lib/kvs-infer")
            .sourceVolume("state")
            .readOnly(false)
            .build(),
        MountPoint.builder().containerPath("/tmp").sourceVolume("tmp").readOnly(false).build());
    worker.addPortMappings(PortMapping.builder().containerPort(METRICS_PORT).build());
    Prometheus prometheus = props.prometheus();
    if (prometheus != null) {
      task.addContainer("collector", collector(props, prometheus));
    }
  }

  TaskDefinition task() {
    return task;
  }

  /** What the scheduler may start: this revision, or where there is a canary any of them. */
  String startable() {
    return startable;
  }

  /** Roles that who starts the task must be allowed to pass. */
  List<String> roles() {
    return List.of(taskRole.getRoleArn(), task.obtainExecutionRole().getRoleArn());
  }

  private ContainerDefinitionOptions worker(Props props) {
    Configuration configuration = props.configuration();
    ContainerDefinitionOptions.Builder builder =
        ContainerDefinitionOptions.builder()
            .image(image(configuration, props.repository()))
            .essential(true)
            .user(USER)
            .readonlyRootFilesystem(true)
            .privileged(false)
            .linuxParameters(unprivileged("WorkerLinux"))
            .stopTimeout(Duration.seconds(STOP_SECONDS))
            .environment(variables(props))
            .healthCheck(
                HealthCheck.builder()
                    .command(List.of("CMD", "/app/health"))
                    .interval(Duration.seconds(15))
                    .timeout(Duration.seconds(5))
                    .retries(4)
                    .startPeriod(Duration.seconds(120))
                    .build())
            .logging(log(props.log(), CONTAINER));
    if (!configuration.worker().secrets().isEmpty()) {
      builder.secrets(secrets(configuration.worker().secrets()));
    }
    if (configuration.capacity().gpus() > 0) {
      builder.gpuCount(configuration.capacity().gpus());
    }
    return builder.build();
  }

  private Map<String, String> variables(Props props) {
    Configuration configuration = props.configuration();
    StateStack state = props.state();
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_REGION", configuration.region());
    variables.put("KVS_INFER_ENVIRONMENT", configuration.environment());
    variables.put("KVS_INFER_CAMERAS_TABLE", state.table(Tables.CAMERAS).table().getTableName());
    variables.put("KVS_INFER_STATE_TABLE", state.table(Tables.CAMERA_STATE).table().getTableName());
    variables.put("KVS_INFER_EVENTS_STREAM", state.eventsStream().getStreamName());
    variables.put("KVS_INFER_MEDIA_BUCKET", state.mediaBucket().getBucketName());
    variables.put(
        "KVS_INFER_RETENTION_DAYS", Integer.toString(configuration.storage().eventsDays()));
    variables.put("KVS_INFER_EMF", configuration.watch().cameraMetrics() ? "cameras" : "fleet");
    variables.putAll(AllowedTargets.variables(configuration.allowed()));
    return variables;
  }

  private ContainerImage image(Configuration configuration, String repository) {
    String given = configuration.worker().image();
    if (given != null) {
      return ContainerImage.fromRegistry(given);
    }
    String kind = configuration.capacity().gpus() > 0 ? "gpu" : "cpu";
    return ContainerImage.fromAsset(
        repository,
        AssetImageProps.builder()
            .file("images/Dockerfile." + kind)
            // .dockerignore keeps out what the image does not have.
            .platform(Platform.LINUX_AMD64)
            .build());
  }

  private Map<String, Secret> secrets(Map<String, String> parameters) {
    Map<String, Secret> secrets = new TreeMap<>();
    parameters.forEach((variable, parameter) ->
        secrets.put(
            variable,
            Secret.fromSsmParameter(
                StringParameter.fromSecureStringParameterAttributes(
                    this,
                    "Secret-" + variable,
                    SecureStringParameterAttributes.builder().parameterName(parameter).build()))));
    return secrets;
  }

  private ContainerDefinitionOptions collector(Props props, Prometheus prometheus) {
    return ContainerDefinitionOptions.builder()
        .image(ContainerImage.fromRegistry(props.configuration().worker().collectorImage()))
        // Without it the worker goes on watching.
        .essential(false)
        .readonlyRootFilesystem(true)
        .linuxParameters(unprivileged("CollectorLinux"))
        .cpu(128)
        .memoryReservationMiB(128)
        .memoryLimitMiB(256)
        .environment(Map.of("AOT_CONFIG_CONTENT", prometheus.collectorConfig()))
        .logging(log(props.log(), "collector"))
        .build();
  }

  private LinuxParameters unprivileged(String id) {
    LinuxParameters parameters =
        LinuxParameters.Builder.create(this, id).initProcessEnabled(true).build();
    parameters.dropCapabilities(Capability.ALL);
    return parameters;
  }

  private static LogDriver log(ILogGroup log, String prefix) {
    return LogDriver.awsLogs(
        AwsLogDriverProps.builder().logGroup(log).streamPrefix(prefix).build());
  }

  private static Compatibility compatibility(CapacityKind kind) {
    return switch (kind) {
      case MANAGED -> Compatibility.MANAGED_INSTANCES;
      case ASG -> Compatibility.EC2;
      case FARGATE -> Compatibility.FARGATE;
    };
  }
}
