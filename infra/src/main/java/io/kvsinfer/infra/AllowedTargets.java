package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration.Allowed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Arn;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;

/**
 * What camera items may name beyond the environment's own, said twice from one list: to the
 * scheduler and the workers, who refuse other items, and to IAM.
 */
final class AllowedTargets {
  private AllowedTargets() {}

  /** As the scheduler and the workers read it; a list that is empty is not set. */
  static Map<String, String> variables(Allowed allowed) {
    Map<String, String> variables = new LinkedHashMap<>();
    put(variables, "STREAM_ARNS", allowed.streamArns());
    put(variables, "KINESIS_STREAMS", allowed.kinesisStreams());
    put(variables, "BUCKETS", allowed.buckets());
    put(variables, "TABLES", allowed.tables());
    return variables;
  }

  /** For the worker's role; nothing where the lists are empty. */
  static List<Permission> permissions(Stack stack, Allowed allowed) {
    List<Permission> permissions = new ArrayList<>();
    add(permissions, "AllowedStreams", Permissions.READ_STREAM, allowed.streamArns());
    add(
        permissions,
        "AllowedEventStreams",
        Permissions.SEND_EVENTS,
        allowed.kinesisStreams().stream().map(n -> arn(stack, "kinesis", "stream", n)).toList());
    add(
        permissions,
        "AllowedBuckets",
        List.of("s3:PutObject"),
        allowed.buckets().stream()
            .map(n -> "arn:%s:s3:::%s/media/*".formatted(stack.getPartition(), n))
            .toList());
    add(
        permissions,
        "AllowedTables",
        List.of("dynamodb:PutItem"),
        allowed.tables().stream().map(n -> arn(stack, "dynamodb", "table", n)).toList());
    add(
        permissions,
        "AllowedKeys",
        List.of("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"),
        allowed.keyArns());
    return permissions;
  }

  private static void put(Map<String, String> variables, String what, List<String> entries) {
    if (!entries.isEmpty()) {
      variables.put("KVS_INFER_ALLOWED_" + what, String.join(",", entries));
    }
  }

  private static void add(
      List<Permission> permissions, String sid, List<String> actions, List<String> resources) {
    if (!resources.isEmpty()) {
      permissions.add(new Permission(sid, actions, resources, Map.of()));
    }
  }

  private static String arn(Stack stack, String service, String resource, String name) {
    return Arn.format(
        ArnComponents.builder()
            .service(service)
            .resource(resource)
            .resourceName(name)
            .arnFormat(ArnFormat.SLASH_RESOURCE_NAME)
            .build(),
        stack);
  }
}
