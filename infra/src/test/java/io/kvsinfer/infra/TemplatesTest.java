package io.kvsinfer.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {
  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod", "site"})
  void whatever_keeps_data_is_encrypted_with_the_key_of_the_environment(String environment) {
    Synthesis s = Synthesis.of(environment);

    assertThat(s.resources("AWS::DynamoDB::Table"))
        .hasSize(Tables.ALL.size())
        .allSatisfy(t -> {
          assertThat(t.at("/Properties/SSESpecification/SSEType").asText()).isEqualTo("KMS");
          assertThat(
                  t.at("/Properties/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                      .asBoolean())
              .isTrue();
        });
    assertThat(s.resources("AWS::Kinesis::Stream"))
        .hasSize(1)
        .allSatisfy(t ->
            assertThat(t.at("/Properties/StreamEncryption/EncryptionType").asText())
                .isEqualTo("KMS"));
    assertThat(s.resources("AWS::SNS::Topic"))
        .hasSize(2)
        .allSatisfy(t -> assertThat(t.at("/Properties/KmsMasterKeyId").isMissingNode()).isFalse());
    assertThat(s.resources("AWS::SQS::Queue"))
        .hasSize(3)
        .allSatisfy(t -> assertThat(t.at("/Properties/SqsManagedSseEnabled").asBoolean()).isTrue());
    assertThat(s.resources("AWS::Logs::LogGroup"))
        .hasSizeGreaterThanOrEqualTo(5)
        .allSatisfy(t -> {
          assertThat(t.at("/Properties/KmsKeyId").isMissingNode()).isFalse();
          assertThat(t.at("/Properties/RetentionInDays").asInt()).isPositive();
        });
    assertThat(s.resources("AWS::KMS::Key"))
        .singleElement()
        .satisfies(k -> assertThat(k.at("/Properties/EnableKeyRotation").asBoolean()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void buckets_are_closed_to_the_public_and_to_plain_http(String environment) {
    Synthesis s = Synthesis.of(environment);

    assertThat(s.resources("AWS::S3::Bucket"))
        .hasSize(2)
        .allSatisfy(b -> {
          assertThat(b.at("/Properties/PublicAccessBlockConfiguration"))
              .hasSize(4)
              .allMatch(JsonNode::asBoolean);
          assertThat(b.at("/Properties/BucketEncryption").isMissingNode()).isFalse();
        });
    assertThat(s.resources("AWS::S3::BucketPolicy"))
        .hasSize(2)
        .allSatisfy(p ->
            assertThat(p.at("/Properties/PolicyDocument/Statement").toString())
                .contains("\"aws:SecureTransport\":\"false\"")
                .contains("s3:TlsVersion"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void tables_are_those_of_the_contract(String environment) {
    Synthesis s = Synthesis.of(environment);

    for (TableDefinition definition : Tables.ALL) {
      JsonNode table =
          s.only("AWS::DynamoDB::Table", "Table" + definition.name().replace("_", "") + "Table");
      List<String> keys = new ArrayList<>();
      table.get("KeySchema").forEach(k -> keys.add(k.get("AttributeName").asText()));
      List<String> expected = new ArrayList<>(List.of(definition.partitionKey().name()));
      if (definition.sortKey() != null) {
        expected.add(definition.sortKey().name());
      }
      assertThat(keys).isEqualTo(expected);
      assertThat(table.at("/TableName").asText())
          .isEqualTo("kvs-infer-" + environment + "-" + definition.name());
      assertThat(table.path("GlobalSecondaryIndexes")).hasSize(definition.indexes().size());
      assertThat(table.at("/TimeToLiveSpecification/AttributeName").asText(null))
          .isEqualTo(definition.ttlAttribute());
      assertThat(table.at("/StreamSpecification").isMissingNode())
          .isEqualTo(definition.stream() == null);
    }
  }

  @Test
  void functions_run_on_arm_from_a_snapshot_and_are_called_by_their_alias_only() {
    Synthesis s = Synthesis.of("prod");

    List<JsonNode> functions =
        s.resources("AWS::Lambda::Function").stream()
            .filter(f -> f.at("/Properties/Runtime").asText().startsWith("java"))
            .toList();
    assertThat(functions)
        .hasSize(3)
        .allSatisfy(f -> {
          assertThat(f.at("/Properties/Runtime").asText()).isEqualTo("java25");
          assertThat(f.at("/Properties/Architectures/0").asText()).isEqualTo("arm64");
          assertThat(f.at("/Properties/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
        });
    assertThat(s.resources("AWS::Lambda::Alias")).hasSize(3);
    assertThat(s.resources("AWS::Lambda::EventSourceMapping"))
        .allSatisfy(
            m -> assertThat(m.at("/Properties/FunctionName/Ref").asText()).contains("Live"));
    assertThat(s.only("AWS::Scheduler::Schedule", "EveryMinute").at("/Target/Arn/Ref").asText())
        .contains("Live");
    assertThat(s.only("AWS::Events::Rule", "TaskStopped").at("/Targets/0/Arn/Ref").asText())
        .contains("Live");
  }

  @Test
  void event_source_mappings_are_those_of_the_contract() {
    Synthesis s = Synthesis.of("dev");

    assertThat(s.resources("AWS::Lambda::EventSourceMapping")).hasSize(Mappings.ALL.size());
    for (EventSourceMapping mapping : Mappings.ALL) {
      JsonNode made =
          s.only(
              "AWS::Lambda::EventSourceMapping", "Feed" + mapping.source().name().replace("_", ""));
      assertThat(made.get("BatchSize").asInt()).isEqualTo(mapping.batchSize());
      assertThat(made.get("MaximumBatchingWindowInSeconds").asInt())
          .isEqualTo((int) mapping.window().toSeconds());
      assertThat(made.get("BisectBatchOnFunctionError").asBoolean()).isEqualTo(mapping.bisect());
      assertThat(made.get("MaximumRetryAttempts").asInt()).isEqualTo(mapping.maxRetries());
      assertThat(made.get("MaximumRecordAgeInSeconds").asInt())
          .isEqualTo((int) mapping.maxRecordAge().toSeconds());
      assertThat(made.at("/FunctionResponseTypes/0").asText()).isEqualTo("ReportBatchItemFailures");
      assertThat(made.at("/DestinationConfig/OnFailure/Destination").isMissingNode()).isFalse();
      assertThat(made.at("/FunctionName/Ref").asText()).contains("Function" + mapping.function());
    }
  }

  @Test
  void the_scheduler_is_kept_to_one_at_a_time_in_production() {
    assertThat(scheduler(Synthesis.of("prod")).get("ReservedConcurrentExecutions").asInt())
        .isEqualTo(1);
    assertThat(scheduler(Synthesis.of("dev")).has("ReservedConcurrentExecutions")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod", "site"})
  void a_worker_runs_without_root_without_capabilities_on_a_read_only_root(String environment) {
    JsonNode task = Synthesis.of(environment).only("AWS::ECS::TaskDefinition", "Worker");
    JsonNode worker = task.at("/ContainerDefinitions/0");

    assertThat(worker.get("Name").asText()).isEqualTo("worker");
    assertThat(worker.get("ReadonlyRootFilesystem").asBoolean()).isTrue();
    assertThat(worker.get("User").asText()).isEqualTo("10001:10001");
    assertThat(worker.get("Privileged").asBoolean()).isFalse();
    assertThat(worker.at("/LinuxParameters/Capabilities/Drop/0").asText()).isEqualTo("ALL");
    assertThat(worker.at("/LinuxParameters/Capabilities/Add").isMissingNode()).isTrue();
    assertThat(worker.get("StopTimeout").asInt()).isEqualTo(120);
    assertThat(worker.at("/HealthCheck/Command/1").asText()).isEqualTo("/app/health");
    assertThat(worker.get("MountPoints").findValuesAsText("ContainerPath"))
        .containsExactlyInAnyOrder("/var/lib/kvs-infer", "/tmp");
    assertThat(task.get("NetworkMode").asText()).isEqualTo("awsvpc");
  }

  @Test
  void a_worker_takes_its_gpu_from_a_managed_instance_and_none_on_fargate() {
    JsonNode gpu = Synthesis.of("dev").only("AWS::ECS::TaskDefinition", "Worker");
    JsonNode cpu = Synthesis.of("site").only("AWS::ECS::TaskDefinition", "Worker");

    assertThat(gpu.at("/ContainerDefinitions/0/ResourceRequirements/0/Type").asText())
        .isEqualTo("GPU");
    assertThat(gpu.at("/RequiresCompatibilities/0").asText()).isEqualTo("MANAGED_INSTANCES");
    assertThat(
            Synthesis.of("dev")
                .only("AWS::ECS::CapacityProvider", "Gpu")
                .at(
                    "/ManagedInstancesProvider/InstanceLaunchTemplate/InstanceRequirements"
                        + "/AcceleratorManufacturers/0")
                .asText())
        .isEqualTo("nvidia");
    assertThat(cpu.at("/RequiresCompatibilities/0").asText()).isEqualTo("FARGATE");
    assertThat(cpu.at("/ContainerDefinitions/0/ResourceRequirements").isMissingNode()).isTrue();
    assertThat(scheduler(Synthesis.of("site")).at("/Environment/Variables").toString())
        .contains("\"KVS_INFER_CAPACITY_PROVIDER\":\"FARGATE\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod", "site"})
  void nothing_reaches_a_worker_and_only_https_leaves_it(String environment) {
    JsonNode group = Synthesis.of(environment).only("AWS::EC2::SecurityGroup", "NetworkWorkers");

    assertThat(group.has("SecurityGroupIngress")).isFalse();
    assertThat(group.get("SecurityGroupEgress")).hasSize(1);
    assertThat(group.at("/SecurityGroupEgress/0/FromPort").asInt()).isEqualTo(443);
  }

  @Test
  void production_keeps_what_it_has_and_elsewhere_nothing_stays_behind() {
    for (String type :
        List.of(
            "AWS::DynamoDB::Table",
            "AWS::S3::Bucket",
            "AWS::Kinesis::Stream",
            "AWS::KMS::Key",
            "AWS::Logs::LogGroup")) {
      assertThat(Synthesis.of("prod").resources(type))
          .isNotEmpty()
          .allSatisfy(r -> assertThat(r.get("DeletionPolicy").asText()).isEqualTo("Retain"));
    }
    for (String stack : List.of("State", "Compute", "Watch")) {
      assertThat(Synthesis.of("dev").template(stack).toString())
          .doesNotContain("\"Retain\"")
          .doesNotContain("RetainExceptOnCreate");
    }
    assertThat(Synthesis.of("dev").resources("Custom::S3AutoDeleteObjects")).hasSize(2);
    assertThat(Synthesis.of("prod").resources("Custom::S3AutoDeleteObjects")).isEmpty();
    assertThat(Synthesis.of("prod").resources("AWS::DynamoDB::Table"))
        .allSatisfy(
            t -> assertThat(t.at("/Properties/DeletionProtectionEnabled").asBoolean()).isTrue());
  }

  @Test
  void what_can_be_tagged_is() {
    for (String type :
        List.of(
            "AWS::DynamoDB::Table",
            "AWS::S3::Bucket",
            "AWS::Kinesis::Stream",
            "AWS::SQS::Queue",
            "AWS::ECS::Cluster",
            "AWS::ECS::TaskDefinition")) {
      assertThat(Synthesis.of("dev").resources(type))
          .allSatisfy(r ->
              assertThat(r.at("/Properties/Tags").toString())
                  .contains("{\"Key\":\"application\",\"Value\":\"kvs-infer\"}")
                  .contains("{\"Key\":\"environment\",\"Value\":\"dev\"}"));
    }
  }

  @Test
  void what_is_given_is_not_made() {
    Synthesis s =
        Synthesis.of(
            "mine",
            """
            {
              "region": "eu-west-1",
              "network": {"vpc_id": "vpc-0a", "availability_zones": ["eu-west-1a"],
                "subnet_ids": ["subnet-0b"]},
              "capacity": {"cluster_name": "shared", "provider_name": "gpus"},
              "storage": {"media_bucket": "my-evidence",
                "key_arn": "arn:aws:kms:eu-west-1:111122223333:key/0000",
                "events_stream_arn": "arn:aws:kinesis:eu-west-1:111122223333:stream/mine"},
              "tags": {"cost-centre": "42"},
              "worker": {"secrets": {"PLATE_KEY": "/kvs-infer/plate"}},
              "watch": {"email": "night@example.org", "camera_metrics": false}
            }
            """);

    for (String type :
        List.of(
            "AWS::EC2::VPC",
            "AWS::ECS::Cluster",
            "AWS::ECS::CapacityProvider",
            "AWS::S3::Bucket",
            "AWS::KMS::Key",
            "AWS::Kinesis::Stream")) {
      assertThat(s.resources(type)).as(type).isEmpty();
    }
    String variables = scheduler(s).at("/Environment/Variables").toString();
    assertThat(variables)
        .contains("\"KVS_INFER_CLUSTER\":\"shared\"")
        .contains("\"KVS_INFER_CAPACITY_PROVIDER\":\"gpus\"")
        .contains("\"KVS_INFER_SUBNETS\":\"subnet-0b\"")
        .contains("\"KVS_INFER_MEDIA_BUCKET\":\"my-evidence\"");
    assertThat(s.resources("AWS::SNS::Subscription")).hasSize(1);
    assertThat(s.resources("AWS::CloudWatch::Dashboard")).hasSize(1);
    assertThat(s.only("AWS::ECS::TaskDefinition", "Worker").toString())
        .contains("parameter/kvs-infer/plate");
  }

  @Test
  void an_auto_scaling_group_brings_the_machines_where_it_is_asked_for() {
    Synthesis s =
        Synthesis.of(
            "asg",
            """
            {"capacity": {"kind": "asg", "instance_types": ["g5.xlarge"], "max_instances": 3},
             "streams": {"create": [{"name": "yard", "retention_hours": 48}]}}
            """);

    assertThat(s.only("AWS::AutoScaling::AutoScalingGroup", "Group").get("MaxSize").asText())
        .isEqualTo("3");
    assertThat(
            s.only("AWS::ECS::TaskDefinition", "Worker").at("/RequiresCompatibilities/0").asText())
        .isEqualTo("EC2");
    JsonNode stream = s.only("AWS::KinesisVideo::Stream", "Camerayard");
    assertThat(stream.get("DataRetentionInHours").asInt()).isEqualTo(48);
    assertThat(stream.has("KmsKeyId")).isTrue();
  }

  @Test
  void several_clusters_are_filled_one_after_the_other() {
    Synthesis s = Synthesis.of("big", "{\"capacity\": {\"clusters\": 3}}");

    assertThat(names(s, "AWS::ECS::Cluster", "ClusterName"))
        .containsExactlyInAnyOrder(
            "kvs-infer-big-workers", "kvs-infer-big-workers-2", "kvs-infer-big-workers-3");
    assertThat(names(s, "AWS::ECS::CapacityProvider", "Name"))
        .containsExactlyInAnyOrder(
            "kvs-infer-big-gpu", "kvs-infer-big-gpu-2", "kvs-infer-big-gpu-3");
    JsonNode variables = scheduler(s).at("/Environment/Variables");
    assertThat(Asked.text(variables.get("KVS_INFER_CLUSTER"))).isEqualTo("later,later,later");
    assertThat(Asked.text(variables.get("KVS_INFER_CAPACITY_PROVIDER")))
        .isEqualTo("later,later,later");
    for (String sid : List.of("StartWorkers", "SeeAndStopWorkers", "ListWorkers")) {
      assertThat(granted(s, "FunctionschedulerRole", sid).at("/Condition/ArnEquals/ecs:cluster"))
          .as(sid)
          .hasSize(3);
    }
    assertThat(granted(s, "FunctionschedulerRole", "SeeAndStopWorkers").get("Resource")).hasSize(3);
    assertThat(s.only("AWS::Events::Rule", "TaskStopped").at("/EventPattern/detail/clusterArn"))
        .hasSize(3);
    assertThat(Asked.of(s).stream().filter(m -> m.name().equals("CpuUtilized"))).hasSize(3);
  }

  @Test
  void clusters_that_are_given_keep_their_own_capacity_providers() {
    Synthesis s =
        Synthesis.of(
            "mine",
            """
            {
              "network": {"vpc_id": "vpc-0a", "availability_zones": ["us-east-1a"],
                "subnet_ids": ["subnet-0b"]},
              "capacity": {"cluster_name": "east", "provider_name": "gpus", "more_clusters": [
                {"cluster_name": "west", "provider_name": "more-gpus"}]}
            }
            """);

    assertThat(s.resources("AWS::ECS::Cluster")).isEmpty();
    JsonNode variables = scheduler(s).at("/Environment/Variables");
    assertThat(variables.get("KVS_INFER_CLUSTER").asText()).isEqualTo("east,west");
    assertThat(variables.get("KVS_INFER_CAPACITY_PROVIDER").asText()).isEqualTo("gpus,more-gpus");
  }

  private static List<String> names(Synthesis s, String type, String property) {
    return s.resources(type).stream().map(r -> r.at("/Properties/" + property).asText()).toList();
  }

  @Test
  void locked_evidence_stands_in_a_versioned_bucket_with_a_default_retention() {
    Synthesis s =
        Synthesis.of(
            "locked",
            """
            {"production": true, "streams": {"readable": ["yard"]},
             "storage": {"object_lock_days": 30, "media_days": 90}}
            """);

    JsonNode bucket = s.only("AWS::S3::Bucket", "StorageMedia");
    assertThat(bucket.get("ObjectLockEnabled").asBoolean()).isTrue();
    assertThat(bucket.at("/ObjectLockConfiguration/Rule/DefaultRetention/Days").asInt())
        .isEqualTo(30);
    assertThat(bucket.at("/VersioningConfiguration/Status").asText()).isEqualTo("Enabled");
  }

  @Test
  void metrics_go_to_prometheus_by_a_collector_that_the_worker_can_do_without() {
    Synthesis s = Synthesis.of("prod");

    JsonNode collector = s.only("AWS::ECS::TaskDefinition", "Worker").at("/ContainerDefinitions/1");
    assertThat(collector.get("Essential").asBoolean()).isFalse();
    assertThat(collector.get("Environment").toString()).contains("prometheusremotewrite");
    assertThat(s.resources("AWS::APS::RuleGroupsNamespace")).hasSize(2);
    assertThat(Synthesis.of("dev").resources("AWS::APS::Workspace")).isEmpty();
  }

  @Test
  void what_items_may_name_is_told_to_who_judges_them_and_to_the_policy_of_the_workers() {
    Synthesis s =
        Synthesis.of(
            "shared",
            """
            {"allowed": {
               "stream_arns": ["arn:aws:kinesisvideo:eu-west-1:111122223333:stream/yard-*"],
               "kinesis_streams": ["audit", "audit-*"], "buckets": ["evidence"],
               "tables": ["rows"], "key_arns": ["arn:aws:kms:eu-west-1:111122223333:key/1"]},
             "fleet": {"cameras_per_task": 4, "canary_percent": 10, "cluster_tasks": 300}}
            """);

    JsonNode variables = scheduler(s).at("/Environment/Variables");
    JsonNode task = s.only("AWS::ECS::TaskDefinition", "Worker");
    Map<String, String> lists =
        Map.of(
            "KVS_INFER_ALLOWED_STREAM_ARNS",
                "arn:aws:kinesisvideo:eu-west-1:111122223333:stream/yard-*",
            "KVS_INFER_ALLOWED_KINESIS_STREAMS", "audit,audit-*",
            "KVS_INFER_ALLOWED_BUCKETS", "evidence",
            "KVS_INFER_ALLOWED_TABLES", "rows");
    lists.forEach((name, value) -> {
      assertThat(variables.path(name).asText()).as(name).isEqualTo(value);
      assertThat(task.at("/ContainerDefinitions/0/Environment").toString())
          .contains("{\"Name\":\"" + name + "\",\"Value\":\"" + value + "\"}");
    });
    assertThat(variables.get("KVS_INFER_CAMERAS_PER_TASK").asText()).isEqualTo("4");
    assertThat(variables.get("KVS_INFER_CANARY_PERCENT").asText()).isEqualTo("10");
    assertThat(variables.get("KVS_INFER_CLUSTER_TASKS").asText()).isEqualTo("300");

    assertThat(granted(s, "WorkerTaskRole", "AllowedStreams").get("Resource").asText())
        .isEqualTo("arn:aws:kinesisvideo:eu-west-1:111122223333:stream/yard-*");
    assertThat(granted(s, "WorkerTaskRole", "AllowedStreams").get("Action"))
        .isEqualTo(granted(s, "WorkerTaskRole", "CameraStreams").get("Action"));
    assertThat(granted(s, "WorkerTaskRole", "AllowedEventStreams").get("Resource").toString())
        .contains(":stream/audit\"")
        .contains(":stream/audit-*\"");
    assertThat(granted(s, "WorkerTaskRole", "AllowedBuckets").get("Resource").toString())
        .contains(":s3:::evidence/media/*");
    assertThat(granted(s, "WorkerTaskRole", "AllowedTables").get("Resource").toString())
        .contains(":table/rows\"");
    assertThat(granted(s, "WorkerTaskRole", "AllowedKeys").get("Resource").asText())
        .endsWith("key/1");
  }

  @Test
  void where_nothing_more_is_allowed_the_workers_get_no_permission_for_it() {
    for (JsonNode statement :
        Granted.statements(Synthesis.of("dev").template("Compute"), "WorkerTaskRole")) {
      assertThat(statement.get("Sid").asText()).doesNotStartWith("Allowed");
    }
    assertThat(scheduler(Synthesis.of("dev")).toString()).doesNotContain("KVS_INFER_ALLOWED_");
  }

  @Test
  void the_scheduler_takes_the_streams_that_workers_take() {
    // Else it would accept an item with the environment's own stream that no worker starts with.
    Synthesis s = Synthesis.of("dev");

    assertThat(scheduler(s).at("/Environment/Variables/KVS_INFER_EVENTS_STREAM").isMissingNode())
        .isFalse();
    assertThat(scheduler(s).at("/Environment/Variables").has("KVS_INFER_EVENTS_TABLE")).isFalse();
  }

  @Test
  void versions_that_cameras_may_go_back_to_stay_and_may_be_started() {
    List<JsonNode> kept = Synthesis.of("prod").resources("AWS::ECS::TaskDefinition");
    List<JsonNode> replaced = Synthesis.of("dev").resources("AWS::ECS::TaskDefinition");

    assertThat(kept.getFirst().get("UpdateReplacePolicy").asText()).isEqualTo("Retain");
    assertThat(replaced.getFirst().has("UpdateReplacePolicy")).isFalse();
    assertThat(started("prod")).contains("task-definition/kvs-infer-prod-worker:*");
    assertThat(started("dev")).contains("Ref").doesNotContain("*");
  }

  private static String started(String environment) {
    return granted(Synthesis.of(environment), "FunctionschedulerRole", "StartWorkers")
        .get("Resource")
        .toString();
  }

  private static JsonNode granted(Synthesis s, String role, String sid) {
    return Granted.statements(s.template("Compute"), role).stream()
        .filter(statement -> statement.get("Sid").asText().equals(sid))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode scheduler(Synthesis s) {
    return s.resources("AWS::Lambda::Function").stream()
        .map(f -> f.get("Properties"))
        .filter(f -> f.path("FunctionName").asText().endsWith("-scheduler"))
        .findFirst()
        .orElseThrow();
  }
}
