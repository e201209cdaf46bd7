package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awscdk.services.aps.CfnRuleGroupsNamespace;
import software.amazon.awscdk.services.aps.CfnWorkspace;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** A workspace of Amazon Managed Service for Prometheus with the project's rules. */
final class Prometheus extends Construct {
  private final CfnWorkspace workspace;
  private final String collectorConfig;
  private final String region;
  private final String environment;

  /**
   * @param repository folder with {@code config/prometheus}
   */
  Prometheus(Construct scope, String id, Configuration configuration, IKey key, Path repository) {
    super(scope, id);
    region = configuration.region();
    environment = configuration.environment();
    Path files = repository.resolve("config/prometheus");
    collectorConfig = read(files.resolve("collector.yaml"));
    workspace =
        CfnWorkspace.Builder.create(this, "Workspace")
            .alias(configuration.named("metrics"))
            .kmsKeyArn(key.getKeyArn())
            .build();
    for (String rules : new String[] {"recording", "alerting"}) {
      CfnRuleGroupsNamespace.Builder.create(this, "Rules-" + rules)
          .name("kvs-infer-" + rules)
          .workspace(workspace.getAttrArn())
          .data(read(files.resolve(rules + ".yaml")))
          .build();
    }
  }

  String workspaceArn() {
    return workspace.getAttrArn();
  }

  /** What the collector beside each worker runs with: its variables have their values. */
  String collectorConfig() {
    return collectorConfig
        .replace("${env:AWS_REGION}", region)
        .replace("${env:KVS_INFER_ENVIRONMENT}", environment)
        .replace(
            "${env:PROMETHEUS_REMOTE_WRITE_URL}",
            workspace.getAttrPrometheusEndpoint() + "api/v1/remote_write");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
