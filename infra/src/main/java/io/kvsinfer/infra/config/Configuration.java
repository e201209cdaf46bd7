package io.kvsinfer.infra.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One environment: everything that its stacks are made from. One environment is one tenant.
 *
 * @param environment name, part of every physical name
 * @param region of all stacks
 * @param production keeps data when stacks are removed, protects tables, demands narrow policies
 * @param functionsJar path of the packaged functions, relative to the repository
 * @param tags on every resource, beside the product's own
 */
public record Configuration(
    String environment,
    String region,
    boolean production,
    String functionsJar,
    Map<String, String> tags,
    Network network,
    Capacity capacity,
    Worker worker,
    Streams streams,
    Allowed allowed,
    Fleet fleet,
    Storage storage,
    Functions functions,
    Watch watch) {
  public Configuration {
    tags = Map.copyOf(tags);
  }

  /**
   * Where workers run.
   *
   * @param vpcId an existing VPC; null = one is made
   * @param availabilityZones of the existing subnets
   * @param subnetIds existing private subnets, one per availability zone
   * @param natGateways of a VPC that is made
   * @param interfaceEndpoints whether a VPC that is made reaches AWS by endpoints where there are
   *     any; Kinesis Video Streams has none and stays behind the NAT gateways
   */
  public record Network(
      @Nullable String vpcId,
      List<String> availabilityZones,
      List<String> subnetIds,
      int natGateways,
      boolean interfaceEndpoints) {
    public Network {
      availabilityZones = List.copyOf(availabilityZones);
      subnetIds = List.copyOf(subnetIds);
    }
  }

  /** Who brings the machines. */
  public enum CapacityKind {
    /** ECS Managed Instances chosen by GPU requirements. */
    MANAGED,
    /** An Auto Scaling group of GPU instances. */
    ASG,
    /** Fargate: CPU only, for small sites. */
    FARGATE
  }

  /**
   * Machines and the size of one worker task.
   *
   * @param clusterName an existing cluster; null = one is made
   * @param providerName capacity provider of an existing cluster; null = that of {@code kind}
   * @param clusters how many are made; a later one takes what the earlier have no room for
   * @param moreClusters existing ones beside {@code clusterName}, in their order
   * @param gpus physical GPUs of a task; 0 on Fargate
   * @param cpu units of a task, 1024 = one vCPU
   * @param memoryMib of a task
   * @param instanceTypes allowed ones; empty = by requirements
   * @param maxInstances of an Auto Scaling group
   */
  public record Capacity(
      CapacityKind kind,
      @Nullable String clusterName,
      @Nullable String providerName,
      int clusters,
      List<GivenCluster> moreClusters,
      int gpus,
      int cpu,
      int memoryMib,
      List<String> instanceTypes,
      int maxInstances) {
    public Capacity {
      moreClusters = List.copyOf(moreClusters);
      instanceTypes = List.copyOf(instanceTypes);
    }
  }

  /**
   * An existing cluster.
   *
   * @param providerName its capacity provider; null = Fargate
   */
  public record GivenCluster(String name, @Nullable String providerName) {}

  /**
   * The worker's image.
   *
   * @param image a URI; null = built from images/ when deploying
   * @param collectorImage of the sidecar that sends metrics to Prometheus
   * @param secrets variables of the worker, each the name of an SSM parameter
   */
  public record Worker(@Nullable String image, String collectorImage, Map<String, String> secrets) {
    public Worker {
      secrets = Map.copyOf(secrets);
    }
  }

  /**
   * Kinesis Video streams.
   *
   * @param create streams that the state stack makes, by name
   * @param readable names that workers may read, {@code *} at the end for any
   */
  public record Streams(List<VideoStream> create, List<String> readable) {
    public Streams {
      create = List.copyOf(create);
      readable = List.copyOf(readable);
    }
  }

  /**
   * A Kinesis Video stream to be made.
   *
   * @param retentionHours at least 1, since HLS needs retention
   */
  public record VideoStream(String name, int retentionHours) {}

  /**
   * What camera items may name beyond the environment's own; workers get the permission for it.
   * Entries are whole names, or beginnings that end in {@code *}.
   *
   * @param streamArns Kinesis video streams, for {@code stream_arn}
   * @param kinesisStreams data streams, for {@code publishers.kinesis_stream_name}
   * @param buckets for {@code publishers.s3_bucket}
   * @param tables for {@code publishers.dynamodb_table}; the environment's own events table is
   *     written by the events function and stands for no camera
   * @param keyArns KMS keys of those streams, buckets and tables, where they are not the
   *     environment's
   */
  public record Allowed(
      List<String> streamArns,
      List<String> kinesisStreams,
      List<String> buckets,
      List<String> tables,
      List<String> keyArns) {
    public Allowed {
      streamArns = List.copyOf(streamArns);
      kinesisStreams = List.copyOf(kinesisStreams);
      buckets = List.copyOf(buckets);
      tables = List.copyOf(tables);
      keyArns = List.copyOf(keyArns);
    }
  }

  /**
   * How the scheduler spreads cameras.
   *
   * @param camerasPerTask cameras of one {@code resources.pool} that share a task
   * @param canaryPercent of the cameras try a new worker version first, so that the versions before
   *     it are kept; 0 = all at once
   * @param clusterTasks tasks that each cluster takes, as its quota says
   */
  public record Fleet(int camerasPerTask, int canaryPercent, int clusterTasks) {}

  /**
   * Data.
   *
   * @param keyArn an existing KMS key; null = one is made
   * @param mediaBucket an existing bucket; null = one is made
   * @param eventsStreamArn an existing data stream; null = one is made
   * @param mediaDays pictures are kept
   * @param eventsDays events, incidents and their archive are kept
   * @param plateDays rows with a plate are kept; at most eventsDays
   * @param eventsShards of the data stream; 0 = on demand
   * @param objectLockDays evidence cannot be removed for so long; 0 = no lock
   */
  public record Storage(
      @Nullable String keyArn,
      @Nullable String mediaBucket,
      @Nullable String eventsStreamArn,
      int mediaDays,
      int eventsDays,
      int plateDays,
      int eventsShards,
      int objectLockDays,
      boolean emptyBucketsOnDestroy) {}

  /**
   * Functions.
   *
   * @param reserveConcurrency whether the scheduler is kept to one at a time; needs an account
   *     whose Lambda concurrency was raised above the first 10
   * @param alertsClosed whether it is also told that an incident has closed
   * @param alertsLinkHours life of the link to the evidence in an alert; 0 = no link
   */
  public record Functions(boolean reserveConcurrency, boolean alertsClosed, int alertsLinkHours) {}

  /**
   * Watching.
   *
   * @param email told of alarms; null = nobody is subscribed
   * @param prometheus whether metrics also go to Amazon Managed Service for Prometheus
   * @param cameraMetrics whether CloudWatch gets metrics of each camera, not of the fleet alone
   * @param logDays logs are kept
   * @param silenceSeconds without a frame that make a camera silent
   */
  public record Watch(
      @Nullable String email,
      boolean prometheus,
      boolean cameraMetrics,
      int logDays,
      int silenceSeconds) {}

  /** Physical name of something of this environment. */
  public String named(String what) {
    return "kvs-infer-" + environment + "-" + what;
  }
}
