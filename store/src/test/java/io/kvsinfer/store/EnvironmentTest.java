package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.AllowList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvironmentTest {

  @Test
  void names_come_from_the_variables() {
    Environment environment =
        Environment.of(
            Map.ofEntries(
                Map.entry("KVS_INFER_ENVIRONMENT", "prod"),
                Map.entry("KVS_INFER_CAMERAS_TABLE", " cameras "),
                Map.entry("KVS_INFER_STATE_TABLE", "state"),
                Map.entry("KVS_INFER_EVENTS_TABLE", "events"),
                Map.entry("KVS_INFER_INCIDENTS_TABLE", "incidents"),
                Map.entry("KVS_INFER_EVENTS_STREAM", "stream"),
                Map.entry("KVS_INFER_MEDIA_BUCKET", "bucket"),
                Map.entry("KVS_INFER_CLUSTER", "cluster"),
                Map.entry("KVS_INFER_TASK_DEFINITION", "worker:3"),
                Map.entry("KVS_INFER_CONTAINER", "kvs"),
                Map.entry("KVS_INFER_CAPACITY_PROVIDER", "gpu"),
                Map.entry("KVS_INFER_SUBNETS", "a, b,"),
                Map.entry("KVS_INFER_SECURITY_GROUPS", "sg"),
                Map.entry("KVS_INFER_ALERTS_TOPIC", "arn:topic"),
                Map.entry("KVS_INFER_RETENTION_DAYS", "7"),
                Map.entry("PATH", "/bin")));
    assertThat(environment.name()).isEqualTo("prod");
    assertThat(environment.camerasTable()).isEqualTo("cameras");
    assertThat(environment.stateTable()).isEqualTo("state");
    assertThat(environment.eventsTable()).isEqualTo("events");
    assertThat(environment.incidentsTable()).isEqualTo("incidents");
    assertThat(environment.eventsStream()).isEqualTo("stream");
    assertThat(environment.mediaBucket()).isEqualTo("bucket");
    assertThat(environment.clusters()).containsExactly("cluster");
    assertThat(environment.taskDefinition()).isEqualTo("worker:3");
    assertThat(environment.container()).isEqualTo("kvs");
    assertThat(environment.capacityProvider("cluster")).isEqualTo("gpu");
    assertThat(environment.subnets()).containsExactly("a", "b");
    assertThat(environment.securityGroups()).containsExactly("sg");
    assertThat(environment.alertsTopic()).isEqualTo("arn:topic");
    assertThat(environment.retention()).isEqualTo(Duration.ofDays(7));
    assertThat(environment.variables()).doesNotContainKey("PATH");
  }

  @Test
  void what_is_optional_has_a_default() {
    Environment environment = Environment.of(Map.of());
    assertThat(environment.name()).isEqualTo("local");
    assertThat(environment.container()).isEqualTo("worker");
    assertThat(environment.capacityProvider("cluster")).isNull();
    assertThat(environment.subnets()).isEmpty();
    assertThat(environment.alertsTopic()).isNull();
    assertThat(environment.retention()).isEqualTo(Duration.ofDays(30));
  }

  @Test
  void clusters_share_a_capacity_provider_or_have_one_each() {
    Environment each =
        Environment.of(
            Map.of("KVS_INFER_CLUSTER", "east,west", "KVS_INFER_CAPACITY_PROVIDER", "gpu, gpu-2"));
    assertThat(each.capacityProvider("east")).isEqualTo("gpu");
    assertThat(each.capacityProvider("west")).isEqualTo("gpu-2");
    assertThat(each.capacityProvider("north")).as("a cluster that was taken away").isNull();
    Environment shared =
        Environment.of(
            Map.of("KVS_INFER_CLUSTER", "east,west", "KVS_INFER_CAPACITY_PROVIDER", "FARGATE"));
    assertThat(shared.capacityProvider("west")).isEqualTo("FARGATE");
    Environment wrong =
        Environment.of(
            Map.of("KVS_INFER_CLUSTER", "a,b,c", "KVS_INFER_CAPACITY_PROVIDER", "gpu,gpu-2"));
    assertThatThrownBy(() -> wrong.capacityProvider("a"))
        .hasMessage(
            "KVS_INFER_CAPACITY_PROVIDER = gpu,gpu-2: must be one name, or as many as"
                + " KVS_INFER_CLUSTER has: 3");
  }

  @Test
  void a_missing_variable_is_named() {
    Environment environment = Environment.of(Map.of("KVS_INFER_MEDIA_BUCKET", "  "));
    assertThatThrownBy(environment::mediaBucket)
        .hasMessage("the environment variable KVS_INFER_MEDIA_BUCKET is not set");
  }

  @Test
  void wrong_values_are_named() {
    assertThatThrownBy(() -> Environment.of(Map.of("KVS_INFER_ENVIRONMENT", "a/b")))
        .hasMessageStartingWith("KVS_INFER_ENVIRONMENT must match");
    assertThatThrownBy(() -> Environment.of(Map.of("KVS_INFER_RETENTION_DAYS", "long")).retention())
        .hasMessage("KVS_INFER_RETENTION_DAYS = long: must be a whole number of days, 1 to 36500");
    assertThatThrownBy(() -> Environment.of(Map.of("KVS_INFER_RETENTION_DAYS", "0")).retention())
        .hasMessageContaining("must be a whole number");
  }

  @Test
  void plates_may_be_kept_shorter_than_the_rest() {
    Environment both =
        Environment.of(
            Map.of("KVS_INFER_RETENTION_DAYS", "90", "KVS_INFER_PLATE_RETENTION_DAYS", "3"));
    assertThat(both.retentionByKind())
        .isEqualTo(new Retention(Duration.ofDays(90), Duration.ofDays(3)));
    assertThat(Environment.of(Map.of()).retentionByKind())
        .isEqualTo(Retention.of(Duration.ofDays(30)));
  }

  @Test
  void alerts_say_no_more_than_they_are_asked_to() {
    assertThat(Environment.of(Map.of()).alertsClosed()).isFalse();
    assertThat(Environment.of(Map.of()).alertsLink()).isNull();
    Environment asked =
        Environment.of(
            Map.of("KVS_INFER_ALERTS_CLOSED", "true", "KVS_INFER_ALERTS_LINK_HOURS", "12"));
    assertThat(asked.alertsClosed()).isTrue();
    assertThat(asked.alertsLink()).isEqualTo(Duration.ofHours(12));
    assertThatThrownBy(
            () -> Environment.of(Map.of("KVS_INFER_ALERTS_CLOSED", "yes")).alertsClosed())
        .hasMessage("KVS_INFER_ALERTS_CLOSED = yes: must be true or false");
    assertThatThrownBy(
            () -> Environment.of(Map.of("KVS_INFER_ALERTS_LINK_HOURS", "169")).alertsLink())
        .hasMessageContaining("1 to 168");
  }

  @Test
  void outside_of_one_machine_items_may_name_only_what_the_environment_allows() {
    assertThat(Environment.of(Map.of()).allowList()).isEqualTo(AllowList.everything());
    Environment cloud =
        Environment.of(
            Map.of(
                "KVS_INFER_ENVIRONMENT", "prod",
                "KVS_INFER_EVENTS_STREAM", "events",
                "KVS_INFER_ALLOWED_KINESIS_STREAMS", "audit-*, ",
                "KVS_INFER_ALLOWED_STREAM_ARNS", "arn:aws:kinesisvideo:*"));
    assertThat(cloud.allowList())
        .isEqualTo(
            new AllowList(
                List.of("arn:aws:kinesisvideo:*"),
                List.of("audit-*", "events"),
                List.of(),
                List.of()));
  }

  @Test
  void what_the_fleet_runs_on_has_defaults() {
    Environment environment =
        Environment.of(Map.of("KVS_INFER_CLUSTER", "east, west", "KVS_INFER_CANARY_PERCENT", "10"));
    assertThat(environment.clusters()).containsExactly("east", "west");
    assertThat(environment.clusterTasks()).isEqualTo(5000);
    assertThat(environment.camerasPerTask()).isEqualTo(1);
    assertThat(environment.canaryPercent()).isEqualTo(10);
  }
}
