package io.kvsinfer.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * Actions that a role may do on resources.
 *
 * @param sid what it is for, in camel case
 * @param conditions as IAM takes them; empty for none
 */
record Permission(
    String sid,
    List<String> actions,
    List<String> resources,
    Map<String, Map<String, Object>> conditions) {
  Permission {
    actions = List.copyOf(actions);
    resources = List.copyOf(resources);
    conditions = Map.copyOf(conditions);
  }

  static Permission of(String sid, List<String> actions, String... resources) {
    return new Permission(sid, actions, List.of(resources), Map.of());
  }

  static PolicyDocument document(List<Permission> permissions) {
    return PolicyDocument.Builder.create()
        .statements(permissions.stream().map(Permission::statement).toList())
        .build();
  }

  private PolicyStatement statement() {
    PolicyStatement.Builder builder =
        PolicyStatement.Builder.create()
            .sid(sid)
            .effect(Effect.ALLOW)
            .actions(actions)
            .resources(resources);
    if (!conditions.isEmpty()) {
      builder.conditions(conditions);
    }
    return builder.build();
  }
}
