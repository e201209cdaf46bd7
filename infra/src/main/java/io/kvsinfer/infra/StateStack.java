package io.kvsinfer.infra;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.Configuration.VideoStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kinesis.StreamEncryption;
import software.amazon.awscdk.services.kinesis.StreamMode;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** What outlives every release: key, tables, streams, bucket, topic of alerts. */
final class StateStack extends Stack {
  private final IKey key;
  private final IBucket mediaBucket;
  private final IStream eventsStream;
  private final Topic alertsTopic;
  private final Map<String, ProductTable> tables = new LinkedHashMap<>();

  StateStack(Construct scope, String id, StackProps props, Configuration configuration) {
    super(scope, id, props);
    RemovalPolicy removal =
        configuration.production() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    key = key(configuration, removal);
    for (TableDefinition definition : Tables.ALL) {
      tables.put(
          definition.name(),
          new ProductTable(
              this,
              "Table-" + definition.name(),
              new ProductTable.Props(
                  definition,
                  configuration.named(definition.name()),
                  key,
                  configuration.production())));
    }
    String givenBucket = configuration.storage().mediaBucket();
    mediaBucket =
        givenBucket == null
            ? new MediaBucket(this, "Storage", configuration, key).bucket()
            : Bucket.fromBucketName(this, "GivenMedia", givenBucket);
    eventsStream = eventsStream(configuration, removal);
    alertsTopic =
        Topic.Builder.create(this, "Alerts")
            .topicName(configuration.named("alerts"))
            .masterKey(key)
            .enforceSsl(true)
            .build();
    for (VideoStream stream : configuration.streams().create()) {
      new CameraStream(
          this, "Camera-" + stream.name(), new CameraStream.Props(stream, key, removal));
    }
    outputs(configuration);
  }

  /** Encrypts everything that the environment keeps. */
  IKey key() {
    return key;
  }

  IBucket mediaBucket() {
    return mediaBucket;
  }

  IStream eventsStream() {
    return eventsStream;
  }

  Topic alertsTopic() {
    return alertsTopic;
  }

  ProductTable table(TableDefinition definition) {
    return Objects.requireNonNull(tables.get(definition.name()));
  }

  private IKey key(Configuration configuration, RemovalPolicy removal) {
    String given = configuration.storage().keyArn();
    if (given != null) {
      return Key.fromKeyArn(this, "GivenKey", given);
    }
    Key made =
        Key.Builder.create(this, "Key")
            .description("Everything that kvs-infer " + configuration.environment() + " keeps")
            .alias("alias/" + configuration.named("data"))
            .enableKeyRotation(true)
            .removalPolicy(removal)
            .build();
    // Log groups of this environment and alarms that tell topics encrypted with the key.
    made.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .sid("Logs")
            .effect(Effect.ALLOW)
            .principals(
                List.of(new ServicePrincipal("logs." + configuration.region() + ".amazonaws.com")))
            .actions(
                List.of(
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncrypt*",
                    "kms:GenerateDataKey*",
                    "kms:DescribeKey"))
            .resources(List.of("*"))
            .conditions(
                Map.of(
                    "ArnLike",
                    Map.of(
                        "kms:EncryptionContext:aws:logs:arn",
                        "arn:%s:logs:%s:%s:log-group:/kvs-infer/%s/*"
                            .formatted(
                                getPartition(),
                                getRegion(),
                                getAccount(),
                                configuration.environment()))))
            .build());
    made.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .sid("Alarms")
            .effect(Effect.ALLOW)
            .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
            .actions(List.of("kms:Decrypt", "kms:GenerateDataKey*"))
            .resources(List.of("*"))
            .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", getAccount())))
            .build());
    return made;
  }

  private IStream eventsStream(Configuration configuration, RemovalPolicy removal) {
    String given = configuration.storage().eventsStreamArn();
    if (given != null) {
      return Stream.fromStreamArn(this, "GivenEvents", given);
    }
    int shards = configuration.storage().eventsShards();
    Stream.Builder builder =
        Stream.Builder.create(this, "Events")
            .streamName(configuration.named("events"))
            .encryption(StreamEncryption.KMS)
            .encryptionKey(key)
            .retentionPeriod(Duration.hours(24))
            .streamMode(shards == 0 ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED)
            .removalPolicy(removal);
    if (shards > 0) {
      builder.shardCount(shards);
    }
    return builder.build();
  }

  /** As the environment variables that the command line takes. */
  private void outputs(Configuration configuration) {
    output("CamerasTable", table(Tables.CAMERAS).table().getTableName());
    output("StateTable", table(Tables.CAMERA_STATE).table().getTableName());
    output("EventsTable", table(Tables.EVENTS).table().getTableName());
    output("IncidentsTable", table(Tables.INCIDENTS).table().getTableName());
    output("EventsStream", eventsStream.getStreamName());
    output("MediaBucket", mediaBucket.getBucketName());
    output("AlertsTopic", alertsTopic.getTopicArn());
    output("Environment", configuration.environment());
  }

  private void output(String name, String value) {
    CfnOutput.Builder.create(this, "KvsInfer" + name).value(value).build();
  }
}
