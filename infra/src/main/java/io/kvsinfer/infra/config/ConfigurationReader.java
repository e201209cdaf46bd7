package io.kvsinfer.infra.config;

import io.kvsinfer.infra.config.Configuration.Allowed;
import io.kvsinfer.infra.config.Configuration.Capacity;
import io.kvsinfer.infra.config.Configuration.CapacityKind;
import io.kvsinfer.infra.config.Configuration.Fleet;
import io.kvsinfer.infra.config.Configuration.Functions;
import io.kvsinfer.infra.config.Configuration.GivenCluster;
import io.kvsinfer.infra.config.Configuration.Network;
import io.kvsinfer.infra.config.Configuration.Storage;
import io.kvsinfer.infra.config.Configuration.Streams;
import io.kvsinfer.infra.config.Configuration.VideoStream;
import io.kvsinfer.infra.config.Configuration.Watch;
import io.kvsinfer.infra.config.Configuration.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one environment from the CDK's context: {@code environment} chooses (default {@code dev}),
 * {@code environments.NAME} describes it, {@code region} and {@code functions_jar} may be given
 * beside it. Every violation is reported at once.
 */
public final class ConfigurationReader {
  /** As the worker, the functions and ECS's startedBy take it. */
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z0-9][a-z0-9-]{0,15}");

  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]");
  private static final Pattern ANY = Pattern.compile("(?s).{1,512}");
  private static final Pattern KEY_ARN =
      Pattern.compile("arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+");
  private static final Pattern STREAM_ARN =
      Pattern.compile("arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/.+");
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern STREAM_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
  private static final Pattern STREAM_PATTERN = Pattern.compile("[A-Za-z0-9_.-]{1,256}\\*?|\\*");
  private static final Pattern VIDEO_STREAM_ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:kinesisvideo:[a-z0-9-]+:[0-9]{12}:stream/"
              + "([A-Za-z0-9_.-]+/[0-9]+|[A-Za-z0-9_.-]*(/[0-9]*)?\\*)");
  private static final Pattern DATA_STREAM_PATTERN =
      Pattern.compile("[A-Za-z0-9_.-]{1,128}\\*?|\\*");
  private static final Pattern BUCKET_PATTERN =
      Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|[a-z0-9][a-z0-9.-]{0,61}\\*|\\*");
  private static final Pattern TABLE_PATTERN = Pattern.compile("[A-Za-z0-9_.-]{1,255}\\*?|\\*");
  private static final Pattern IMAGE = Pattern.compile("[a-z0-9.-]+(:[0-9]+)?/.+[:@].+");
  private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
  private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z0-9-]+\\.([a-z0-9]+|\\*)");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*");
  private static final Pattern PARAMETER = Pattern.compile("/[A-Za-z0-9_./-]+");
  private static final String DEFAULT_COLLECTOR =
      "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3";
  private static final List<Integer> LOG_DAYS =
      List.of(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731);

  /** One template has room for so many, and an account for few machines with a GPU. */
  private static final int MOST_CLUSTERS = 10;

  private final List<String> violations = new ArrayList<>();

  private ConfigurationReader() {}

  /**
   * Reads and checks.
   *
   * @param context value of a context key, null where it has none
   * @throws ConfigurationException with every violation
   */
  public static Configuration read(Function<String, @Nullable Object> context) {
    ConfigurationReader reader = new ConfigurationReader();
    Configuration configuration = reader.configuration(context);
    if (!reader.violations.isEmpty()) {
      throw new ConfigurationException(reader.violations);
    }
    return configuration;
  }

  private Configuration configuration(Function<String, @Nullable Object> context) {
    String name = String.valueOf(orElse(context.apply("environment"), "dev"));
    if (!ENVIRONMENT.matcher(name).matches()) {
      violations.add("environment = %s: must match %s".formatted(name, ENVIRONMENT));
    }
    Object all = orElse(context.apply("environments"), Map.of());
    Object described = all instanceof Map<?, ?> map ? map.get(name) : null;
    if (!(all instanceof Map<?, ?> map)) {
      violations.add("environments must be an object of environments by name");
    } else if (described == null && !map.isEmpty()) {
      violations.add(
          "environment = %s is not described; cdk.json has %s under environments"
              .formatted(name, map.keySet()));
    }
    Section top = new Section("environments." + name, described, violations);
    boolean production = top.truth("production", false);
    String region =
        String.valueOf(
            orElse(
                context.apply("region"), top.text("region", REGION, "an AWS region", "us-east-1")));
    if (!REGION.matcher(region).matches()) {
      violations.add("region = %s: must be an AWS region, as us-east-1".formatted(region));
    }
    Map<String, String> tags =
        top.names("tags", Pattern.compile(".{1,128}"), Pattern.compile(".{0,256}"), "a text");
    Network network = network(top.section("network"));
    Capacity capacity = capacity(top.section("capacity"), network);
    Worker worker = worker(top.section("worker"));
    Streams streams = streams(top.section("streams"), production);
    Allowed allowed = allowed(top.section("allowed"), production);
    Fleet fleet = fleet(top.section("fleet"), production);
    Storage storage = storage(top.section("storage"), production);
    Functions functions = functions(top.section("functions"), production);
    Watch watch = watch(top.section("watch"));
    top.end();
    String jar =
        String.valueOf(
            orElse(context.apply("functions_jar"), "functions/target/kvs-infer-functions.jar"));
    return new Configuration(
        name,
        region,
        production,
        jar,
        tags,
        network,
        capacity,
        worker,
        streams,
        allowed,
        fleet,
        storage,
        functions,
        watch);
  }

  private Network network(Section section) {
    String vpc = section.text("vpc_id", Pattern.compile("vpc-[0-9a-f]+"), "the id of a VPC");
    List<String> zones = section.texts("availability_zones", ANY, "an availability zone");
    List<String> subnets =
        section.texts("subnet_ids", Pattern.compile("subnet-[0-9a-f]+"), "the id of a subnet");
    Network network =
        new Network(
            vpc,
            zones,
            subnets,
            section.number("nat_gateways", 1, 3, 1),
            section.truth("interface_endpoints", false));
    section.end();
    if (vpc == null && !(zones.isEmpty() && subnets.isEmpty())) {
      section.violate("", "subnets without vpc_id", "given together with vpc_id");
    }
    if (vpc != null && (subnets.isEmpty() || zones.size() != subnets.size())) {
      section.violate(
          "",
          subnets.size() + " subnet_ids, " + zones.size() + " availability_zones",
          "as many availability_zones as subnet_ids, at least one, beside vpc_id");
    }
    return network;
  }

  private static Capacity capacity(Section section, Network network) {
    CapacityKind kind = section.choice("kind", CapacityKind.class, CapacityKind.MANAGED);
    boolean gpu = kind != CapacityKind.FARGATE;
    String cluster = section.text("cluster_name", ANY, "the name of an ECS cluster");
    String provider = section.text("provider_name", ANY, "the name of a capacity provider");
    Capacity capacity =
        new Capacity(
            kind,
            cluster,
            provider,
            section.number("clusters", 1, MOST_CLUSTERS, 1),
            moreClusters(section, cluster, gpu),
            section.number("gpus", gpu ? 1 : 0, gpu ? 8 : 0, gpu ? 1 : 0),
            section.number("cpu", 256, 49_152, gpu ? 3072 : 2048),
            section.number("memory_mib", 512, 393_216, gpu ? 12_288 : 4096),
            section.texts(
                "instance_types", INSTANCE_TYPE, "an instance type, as g5.xlarge or g6.*"),
            section.number("max_instances", 1, 1000, 10));
    section.end();
    if (cluster != null && capacity.clusters() != 1) {
      section.violate(
          ".clusters",
          capacity.clusters(),
          "1 where cluster_name is given: name the others under more_clusters");
    }
    if (cluster != null && network.vpcId() == null) {
      section.violate(
          ".cluster_name", cluster, "given together with network.vpc_id, where its tasks run");
    }
    if (gpu && (cluster == null) != (provider == null)) {
      section.violate(
          ".provider_name",
          String.valueOf(provider),
          "given if and only if cluster_name is: the capacity provider of that cluster");
    }
    if (kind == CapacityKind.ASG && cluster == null && capacity.instanceTypes().size() != 1) {
      section.violate(
          ".instance_types",
          capacity.instanceTypes(),
          "exactly one type for an Auto Scaling group, as [\"g5.xlarge\"]");
    }
    return capacity;
  }

  private static List<GivenCluster> moreClusters(
      Section capacity, @Nullable String first, boolean gpu) {
    List<GivenCluster> clusters = new ArrayList<>();
    for (Section one : capacity.sections("more_clusters")) {
      String name = one.text("cluster_name", ANY, "the name of an ECS cluster");
      String provider = one.text("provider_name", ANY, "the name of a capacity provider");
      one.end();
      if (name == null) {
        one.violate(".cluster_name", "missing", "given");
      } else {
        clusters.add(new GivenCluster(name, provider));
      }
      if (gpu && provider == null) {
        one.violate(".provider_name", "missing", "given: the capacity provider of that cluster");
      }
    }
    if (first == null && !clusters.isEmpty()) {
      capacity.violate(
          ".more_clusters", clusters.size() + " clusters", "given together with cluster_name only");
    }
    return clusters;
  }

  private static Worker worker(Section section) {
    Worker worker =
        new Worker(
            section.text("image", IMAGE, "the URI of an image with a tag or digest"),
            section.text(
                "collector_image",
                IMAGE,
                "the URI of an image with a tag or digest",
                DEFAULT_COLLECTOR),
            section.names("secrets", VARIABLE, PARAMETER, "the name of an SSM parameter"));
    section.end();
    return worker;
  }

  private static Streams streams(Section section, boolean production) {
    List<VideoStream> create = new ArrayList<>();
    for (Section one : section.sections("create")) {
      String name = one.text("name", STREAM_NAME, "the name of a stream");
      int hours = one.number("retention_hours", 1, 87_600, 24);
      one.end();
      if (name == null) {
        one.violate(".name", "missing", "given");
      } else {
        create.add(new VideoStream(name, hours));
      }
    }
    List<String> readable =
        section.texts("readable", STREAM_PATTERN, "the name of a stream, * at its end for any");
    section.end();
    if (production && (readable.contains("*") || (readable.isEmpty() && create.isEmpty()))) {
      section.violate(
          ".readable",
          readable,
          "the names that workers of a production environment may read, as [\"yard-*\"], not all");
    }
    return new Streams(create, readable.isEmpty() && create.isEmpty() ? List.of("*") : readable);
  }

  private static Allowed allowed(Section section, boolean production) {
    Allowed allowed =
        new Allowed(
            section.texts(
                "stream_arns",
                VIDEO_STREAM_ARN,
                "the ARN of a Kinesis video stream, as"
                    + " arn:aws:kinesisvideo:us-east-1:111122223333:stream/yard/1699999999999,"
                    + " or its beginning up to at least stream/ and * at the end"),
            section.texts(
                "kinesis_streams",
                DATA_STREAM_PATTERN,
                "the name of a Kinesis data stream, * at its end for any"),
            section.texts("buckets", BUCKET_PATTERN, "the name of a bucket, * at its end for any"),
            section.texts("tables", TABLE_PATTERN, "the name of a table, * at its end for any"),
            section.texts("key_arns", KEY_ARN, "the ARN of a KMS key"));
    section.end();
    if (production) {
      notAll(section, ".stream_arns", allowed.streamArns());
      notAll(section, ".kinesis_streams", allowed.kinesisStreams());
      notAll(section, ".buckets", allowed.buckets());
      notAll(section, ".tables", allowed.tables());
    }
    return allowed;
  }

  private static void notAll(Section section, String key, List<String> entries) {
    if (entries.stream().anyMatch(e -> e.equals("*") || e.endsWith(":stream/*"))) {
      section.violate(key, entries, "names, or beginnings of names, in production: not all");
    }
  }

  private static Fleet fleet(Section section, boolean production) {
    Fleet fleet =
        new Fleet(
            section.number("cameras_per_task", 1, 64, 1),
            section.number("canary_percent", 0, 100, production ? 5 : 0),
            section.number("cluster_tasks", 1, 1_000_000, 5000));
    section.end();
    return fleet;
  }

  private static Storage storage(Section section, boolean production) {
    int eventsDays = section.number("events_days", 1, 36_500, 30);
    Storage storage =
        new Storage(
            section.text("key_arn", KEY_ARN, "the ARN of a KMS key"),
            section.text("media_bucket", BUCKET, "the name of a bucket"),
            section.text("events_stream_arn", STREAM_ARN, "the ARN of a Kinesis data stream"),
            section.number("media_days", 1, 3650, 30),
            eventsDays,
            section.number("plate_days", 1, eventsDays, eventsDays),
            section.number("events_shards", 0, 1000, production ? 0 : 1),
            section.number("object_lock_days", 0, 3650, 0),
            section.truth("empty_buckets_on_destroy", !production));
    section.end();
    if (storage.objectLockDays() > 0 && !production) {
      section.violate(
          ".object_lock_days",
          storage.objectLockDays(),
          "0 unless production is true: locked evidence cannot be destroyed with the stack");
    }
    if (storage.objectLockDays() > storage.mediaDays()) {
      section.violate(
          ".object_lock_days", storage.objectLockDays(), "at most media_days, the life of media");
    }
    if (storage.emptyBucketsOnDestroy() && production) {
      section.violate(".empty_buckets_on_destroy", true, "false in a production environment");
    }
    return storage;
  }

  private static Functions functions(Section section, boolean production) {
    Functions functions =
        new Functions(
            section.truth("reserve_concurrency", production),
            section.truth("alerts_closed", false),
            section.number("alerts_link_hours", 0, 168, 0));
    section.end();
    return functions;
  }

  private static Watch watch(Section section) {
    int days = section.number("log_days", 1, 731, 30);
    if (!LOG_DAYS.contains(days)) {
      section.violate(".log_days", days, "one of " + LOG_DAYS + ", as CloudWatch Logs takes them");
    }
    Watch watch =
        new Watch(
            section.text("email", EMAIL, "an e-mail address"),
            section.truth("prometheus", false),
            section.truth("camera_metrics", true),
            days,
            section.number("silence_seconds", 30, 3600, 120));
    section.end();
    return watch;
  }

  private static Object orElse(@Nullable Object value, Object otherwise) {
    return value == null ? otherwise : value;
  }
}
