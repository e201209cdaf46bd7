package io.kvsinfer.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvsinfer.infra.config.Configuration.CapacityKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationReaderTest {
  @Test
  void an_environment_that_says_nothing_has_defaults_that_work() {
    Configuration c = read("dev", Map.of());

    assertThat(c.environment()).isEqualTo("dev");
    assertThat(c.region()).isEqualTo("us-east-1");
    assertThat(c.production()).isFalse();
    assertThat(c.capacity().kind()).isEqualTo(CapacityKind.MANAGED);
    assertThat(c.capacity().gpus()).isEqualTo(1);
    assertThat(c.streams().readable()).containsExactly("*");
    assertThat(c.storage().emptyBucketsOnDestroy()).isTrue();
    assertThat(c.functions().reserveConcurrency()).isFalse();
    assertThat(c.named("cameras")).isEqualTo("kvs-infer-dev-cameras");
  }

  @Test
  void fargate_has_no_gpu() {
    Configuration c = read("site", Map.of("capacity", Map.of("kind", "fargate")));

    assertThat(c.capacity().gpus()).isZero();
    assertThat(c.capacity().cpu()).isEqualTo(2048);
  }

  @Test
  void a_stream_that_is_made_may_be_read_and_others_need_their_names() {
    Configuration c =
        read(
            "prod",
            Map.of(
                "production", true, "streams", Map.of("create", List.of(Map.of("name", "yard")))));

    assertThat(c.streams().readable()).isEmpty();
    assertThat(c.streams().create()).containsExactly(new Configuration.VideoStream("yard", 24));
  }

  @Test
  void the_command_line_may_give_the_region() {
    Map<String, Object> context = new HashMap<>();
    context.put("region", "eu-central-1");

    assertThat(ConfigurationReader.read(context::get).region()).isEqualTo("eu-central-1");
  }

  @Test
  void every_violation_is_told_at_once_with_where_what_and_what_would_be_right() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "dev",
                Map.of(
                    "regoin", "us-east-1",
                    "capacity", Map.of("kind", "lambda", "gpus", 99),
                    "network", Map.of("vpc_id", "my-vpc", "subnet_ids", List.of("subnet-1")),
                    "storage", Map.of("media_days", "many", "object_lock_days", 7),
                    "watch", Map.of("log_days", 31, "email", "nobody"))))
        .satisfies(e ->
            assertThat(e.violations())
                .contains(
                    "environments.dev.capacity.kind = lambda: must be one of managed, asg, fargate",
                    "environments.dev.capacity.gpus = 99: must be a whole number from 1 to 8",
                    "environments.dev.network.vpc_id = my-vpc: must be the id of a VPC",
                    "environments.dev.storage.media_days = many: must be a whole number from 1 to"
                        + " 3650",
                    "environments.dev.watch.email = nobody: must be an e-mail address")
                .anyMatch(v -> v.startsWith("environments.dev.regoin is unknown; known are"))
                .anyMatch(v -> v.startsWith("environments.dev.storage.object_lock_days = 7"))
                .anyMatch(v -> v.startsWith("environments.dev.watch.log_days = 31")));
  }

  @Test
  void a_production_environment_must_say_which_streams_its_workers_read() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> read("prod", Map.of("production", true)))
        .withMessageContaining("environments.prod.streams.readable");
  }

  @Test
  void a_production_environment_never_empties_its_buckets() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "prod",
                Map.of(
                    "production", true,
                    "streams", Map.of("readable", List.of("yard-*")),
                    "storage", Map.of("empty_buckets_on_destroy", true))))
        .withMessageContaining("empty_buckets_on_destroy = true: must be false");
  }

  @Test
  void a_given_vpc_needs_its_subnets_and_a_given_cluster_its_vpc_and_provider() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "dev",
                Map.of(
                    "network", Map.of("vpc_id", "vpc-0a"),
                    "capacity", Map.of("cluster_name", "shared"))))
        .withMessageContaining("0 subnet_ids, 0 availability_zones")
        .withMessageContaining("capacity.provider_name = null: must be given if and only if");
  }

  @Test
  void an_environment_that_nobody_described_is_named_beside_those_that_are() {
    Map<String, Object> context =
        Map.of("environment", "staging", "environments", Map.of("dev", Map.of()));

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ConfigurationReader.read(context::get))
        .withMessageContaining("environment = staging is not described; cdk.json has [dev]");
  }

  @Test
  void wrong_shapes_are_violations_too() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "dev",
                Map.of(
                    "production", "perhaps",
                    "network", List.of(),
                    "capacity", Map.of("kind", "asg"),
                    "streams", Map.of("create", "yard", "readable", List.of(7)),
                    "worker", Map.of("secrets", Map.of("lower", "/a")))))
        .withMessageContaining("production = perhaps: must be true or false")
        .withMessageContaining("network = []: must be an object")
        .withMessageContaining("capacity.instance_types = []: must be exactly one type")
        .withMessageContaining("streams.create = yard: must be a list")
        .withMessageContaining("streams.readable[0] = 7")
        .withMessageContaining("worker.secrets.lower = /a");
  }

  @Test
  void items_may_name_nothing_more_unless_it_is_said() {
    Configuration c = read("dev", Map.of());

    assertThat(c.allowed())
        .isEqualTo(
            new Configuration.Allowed(List.of(), List.of(), List.of(), List.of(), List.of()));
    assertThat(c.fleet()).isEqualTo(new Configuration.Fleet(1, 0, 5000));
  }

  @Test
  void what_items_may_name_and_how_cameras_are_spread_is_read() {
    Configuration c =
        read(
            "dev",
            Map.of(
                "allowed",
                Map.of(
                    "stream_arns", List.of("arn:aws:kinesisvideo:us-east-1:111122223333:stream/a*"),
                    "kinesis_streams", List.of("audit"),
                    "buckets", List.of("evidence-*"),
                    "tables", List.of("rows"),
                    "key_arns", List.of("arn:aws:kms:us-east-1:111122223333:key/1")),
                "fleet",
                Map.of("cameras_per_task", 4, "canary_percent", 10, "cluster_tasks", 300)));

    assertThat(c.allowed().streamArns()).hasSize(1);
    assertThat(c.allowed().buckets()).containsExactly("evidence-*");
    assertThat(c.fleet()).isEqualTo(new Configuration.Fleet(4, 10, 300));
  }

  @Test
  void an_allowed_name_that_no_service_would_take_is_a_violation() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "dev",
                Map.of(
                    "allowed",
                    Map.of(
                        "stream_arns", List.of("yard", "arn:aws:kinesisvideo:*"),
                        "buckets", List.of("Evidence")),
                    "fleet",
                    Map.of("cameras_per_task", 0, "canary_percent", 101))))
        .withMessageContaining(
            "environments.dev.allowed.stream_arns[0] = yard: must be the ARN of a Kinesis video"
                + " stream, as arn:aws:kinesisvideo:")
        .withMessageContaining("allowed.stream_arns[1] = arn:aws:kinesisvideo:*")
        .withMessageContaining("allowed.buckets[0] = Evidence")
        .withMessageContaining("fleet.cameras_per_task = 0: must be a whole number from 1 to 64")
        .withMessageContaining("fleet.canary_percent = 101");
  }

  @Test
  void further_clusters_are_made_or_given_but_not_both() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "dev",
                Map.of(
                    "network",
                    Map.of(
                        "vpc_id", "vpc-0a",
                        "availability_zones", List.of("us-east-1a"),
                        "subnet_ids", List.of("subnet-0b")),
                    "capacity",
                    Map.of(
                        "cluster_name",
                        "east",
                        "provider_name",
                        "gpus",
                        "clusters",
                        2,
                        "more_clusters",
                        List.of(Map.of("cluster_name", "west"))))))
        .withMessageContaining("capacity.clusters = 2: must be 1 where cluster_name is given")
        .withMessageContaining("capacity.more_clusters[0].provider_name = missing");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "dev",
                Map.of(
                    "capacity",
                    Map.of(
                        "clusters",
                        11,
                        "more_clusters",
                        List.of(Map.of("cluster_name", "west", "provider_name", "gpus"))))))
        .withMessageContaining("capacity.clusters = 11: must be a whole number from 1 to 10")
        .withMessageContaining(
            "capacity.more_clusters = 1 clusters: must be given together with cluster_name only");
  }

  @Test
  void a_production_environment_never_allows_everything() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            read(
                "prod",
                Map.of(
                    "production",
                    true,
                    "streams",
                    Map.of("readable", List.of("yard-*")),
                    "allowed",
                    Map.of(
                        "stream_arns",
                        List.of("arn:aws:kinesisvideo:us-east-1:111122223333:stream/*"),
                        "tables",
                        List.of("*")))))
        .withMessageContaining("allowed.stream_arns = [")
        .withMessageContaining("allowed.tables = [*]: must be names");
  }

  private static Configuration read(String name, Map<String, Object> described) {
    Map<String, Object> context =
        Map.of("environment", name, "environments", Map.of(name, described));
    return ConfigurationReader.read(context::get);
  }
}
