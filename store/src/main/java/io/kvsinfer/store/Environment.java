package io.kvsinfer.store;

import io.kvsinfer.contract.settings.AllowList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of everything a deployment of kvs-infer has in AWS, read from the environment of the
 * process. A name that is absent is only an error for who asks for it, so that every program can
 * read the same variables.
 *
 * @param name of the environment ({@code KVS_INFER_ENVIRONMENT}), {@code local} unless given
 * @param variables the {@code KVS_INFER_…} variables that are set and not blank
 */
public record Environment(String name, Map<String, String> variables) {
  /** Prefix of every variable read here. */
  public static final String PREFIX = "KVS_INFER_";

  private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,30}");

  /** Name of an environment on one machine. */
  private static final String ALONE = "local";

  private static final int DEFAULT_RETENTION_DAYS = 30;

  public Environment {
    if (!ENVIRONMENT_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          PREFIX + "ENVIRONMENT must match " + ENVIRONMENT_NAME.pattern());
    }
    variables = Map.copyOf(variables);
  }

  /**
   * Reads the variables of a process.
   *
   * @param environment as {@link System#getenv()} gives it
   */
  public static Environment of(Map<String, String> environment) {
    var variables = new HashMap<String, String>();
    environment.forEach((key, value) -> {
      if (key.startsWith(PREFIX) && !value.isBlank()) {
        variables.put(key, value.strip());
      }
    });
    return new Environment(variables.getOrDefault(PREFIX + "ENVIRONMENT", ALONE), variables);
  }

  /** Name of the cameras table. */
  public String camerasTable() {
    return require("CAMERAS_TABLE");
  }

  /** Name of the camera state table. */
  public String stateTable() {
    return require("STATE_TABLE");
  }

  /** Name of the events table. */
  public String eventsTable() {
    return require("EVENTS_TABLE");
  }

  /** Name of the incidents table. */
  public String incidentsTable() {
    return require("INCIDENTS_TABLE");
  }

  /** Name of the Kinesis data stream that carries events. */
  public String eventsStream() {
    return require("EVENTS_STREAM");
  }

  /** Bucket of pictures, archive, poison and fenced records. */
  public String mediaBucket() {
    return require("MEDIA_BUCKET");
  }

  /**
   * ECS clusters of the workers, from {@code KVS_INFER_CLUSTER}: one name, or several with commas
   * between them. A later one takes what the earlier ones have no room for.
   */
  public List<String> clusters() {
    return split(require("CLUSTER"));
  }

  /**
   * Tasks a cluster takes, from {@code KVS_INFER_CLUSTER_TASKS}: 5000 unless given, which is the
   * service quota of ECS.
   */
  public int clusterTasks() {
    return whole("CLUSTER_TASKS", "tasks", 5000, 1_000_000);
  }

  /**
   * Cameras of one pool ({@code resources.pool}) that share a task, from {@code
   * KVS_INFER_CAMERAS_PER_TASK}: 1 unless given.
   */
  public int camerasPerTask() {
    return whole("CAMERAS_PER_TASK", "cameras", 1, 64);
  }

  /**
   * Share of the cameras, in percent, that try a new task definition before the others, from {@code
   * KVS_INFER_CANARY_PERCENT}: 5 unless given; 0 moves all at once.
   */
  public int canaryPercent() {
    return whole("CANARY_PERCENT", "percent", 5, 0, 100);
  }

  /**
   * What camera items may name, besides this environment's own stream, bucket and events table,
   * from {@code KVS_INFER_ALLOWED_STREAM_ARNS}, {@code …_KINESIS_STREAMS}, {@code …_BUCKETS} and
   * {@code …_TABLES}: names with commas between them, each of which may end in {@code *}. What is
   * not given allows nothing more; in the environment {@code local} it allows everything.
   */
  public AllowList allowList() {
    return new AllowList(
        allowed("STREAM_ARNS", null),
        allowed("KINESIS_STREAMS", "EVENTS_STREAM"),
        allowed("BUCKETS", "MEDIA_BUCKET"),
        allowed("TABLES", "EVENTS_TABLE"));
  }

  private List<String> allowed(String what, @Nullable String own) {
    String given = optional("ALLOWED_" + what);
    if (given == null && name.equals(ALONE)) {
      return List.of("*");
    }
    List<String> allowed = new ArrayList<>(given == null ? List.of() : split(given));
    String mine = own == null ? null : optional(own);
    if (mine != null) {
      allowed.add(mine);
    }
    return allowed;
  }

  /** ECS task definition of the workers: family, family:revision or ARN. */
  public String taskDefinition() {
    return require("TASK_DEFINITION");
  }

  /** Name of the worker's container in the task definition, {@code worker} unless given. */
  public String container() {
    return variables.getOrDefault(PREFIX + "CONTAINER", "worker");
  }

  /** Subnets of the worker tasks; empty where the task definition needs none. */
  public List<String> subnets() {
    return list("SUBNETS");
  }

  /** Security groups of the worker tasks; empty where none are given. */
  public List<String> securityGroups() {
    return list("SECURITY_GROUPS");
  }

  /**
   * ECS capacity provider of the workers in a cluster, from {@code KVS_INFER_CAPACITY_PROVIDER}:
   * one name for all clusters, or one for each in their order, with commas between them.
   *
   * @param cluster one of {@link #clusters}
   * @return null for the cluster's default strategy
   * @throws IllegalStateException where there are neither one nor as many as clusters
   */
  public @Nullable String capacityProvider(String cluster) {
    List<String> providers = list("CAPACITY_PROVIDER");
    if (providers.isEmpty()) {
      return null;
    }
    if (providers.size() == 1) {
      return providers.getFirst();
    }
    List<String> clusters = clusters();
    if (providers.size() != clusters.size()) {
      throw new IllegalStateException(
          "%sCAPACITY_PROVIDER = %s: must be one name, or as many as %sCLUSTER has: %d"
              .formatted(PREFIX, String.join(",", providers), PREFIX, clusters.size()));
    }
    // A launch may name a cluster that is no longer among them: its own default decides.
    int index = clusters.indexOf(cluster);
    return index < 0 ? null : providers.get(index);
  }

  /** SNS topic of alerts; null where nobody is to be told. */
  public @Nullable String alertsTopic() {
    return optional("ALERTS_TOPIC");
  }

  /**
   * How long events and incidents are kept, from {@code KVS_INFER_RETENTION_DAYS}, 30 days unless
   * given.
   */
  public Duration retention() {
    return Duration.ofDays(whole("RETENTION_DAYS", "days", DEFAULT_RETENTION_DAYS, 36_500));
  }

  /**
   * The same, and for rows with a plate {@code KVS_INFER_PLATE_RETENTION_DAYS} where that is
   * shorter.
   */
  public Retention retentionByKind() {
    int days = (int) retention().toDays();
    return new Retention(
        retention(), Duration.ofDays(whole("PLATE_RETENTION_DAYS", "days", days, 36_500)));
  }

  /**
   * Whether it is told that an incident has closed, from {@code KVS_INFER_ALERTS_CLOSED}, false
   * unless given.
   */
  public boolean alertsClosed() {
    String value = optional("ALERTS_CLOSED");
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.equals("true")) {
      return true;
    }
    throw new IllegalStateException(
        PREFIX + "ALERTS_CLOSED = " + value + ": must be true or false");
  }

  /**
   * How long the link to the evidence in an alert opens it, from {@code
   * KVS_INFER_ALERTS_LINK_HOURS}; null without a link, as it is unless given. At most 168 hours,
   * and in AWS never longer than the credentials of the alerts function last.
   */
  public @Nullable Duration alertsLink() {
    return optional("ALERTS_LINK_HOURS") == null
        ? null
        : Duration.ofHours(whole("ALERTS_LINK_HOURS", "hours", 1, 168));
  }

  /**
   * How long a camera that is switched on may be without a frame before it counts as silent, from
   * {@code KVS_INFER_SILENCE_SECONDS}, 120 seconds unless given.
   */
  public Duration silence() {
    return Duration.ofSeconds(whole("SILENCE_SECONDS", "seconds", 120, 3600));
  }

  /**
   * Whether CloudWatch gets metrics of each camera, from {@code KVS_INFER_EMF}: {@code cameras} for
   * each camera, {@code fleet} for all of them together.
   */
  public boolean cameraMetrics() {
    return "cameras".equals(optional("EMF"));
  }

  private int whole(String key, String unit, int otherwise, int most) {
    return whole(key, unit, otherwise, 1, most);
  }

  private int whole(String key, String unit, int otherwise, int least, int most) {
    String text = optional(key);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrongNumber(key, text, unit, least, most, e);
    }
    throw wrongNumber(key, text, unit, least, most, null);
  }

  private static IllegalStateException wrongNumber(
      String key, String text, String unit, int least, int most, @Nullable Throwable cause) {
    return new IllegalStateException(
        "%s%s = %s: must be a whole number of %s, %d to %d"
            .formatted(PREFIX, key, text, unit, least, most),
        cause);
  }

  private String require(String key) {
    String value = optional(key);
    if (value == null) {
      throw new IllegalStateException("the environment variable " + PREFIX + key + " is not set");
    }
    return value;
  }

  private @Nullable String optional(String key) {
    return variables.get(PREFIX + key);
  }

  private List<String> list(String key) {
    String value = optional(key);
    return value == null ? List.of() : split(value);
  }

  private static List<String> split(String value) {
    return Arrays.stream(value.split(",", -1))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }
}
