package io.kvsinfer.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/**
 * AWS Solutions checks of cdk-nag. What they find and we keep stands here with its reason; anything
 * else fails, and so does a reason that is no longer needed by any environment.
 */
class NagTest {
  private static final Pattern RULE = Pattern.compile("(AwsSolutions-[A-Z0-9]+)(\\[[^\\n]*\\])?:");

  /**
   * A finding that is kept.
   *
   * @param where part of the construct's path and of what the rule names
   */
  private record Kept(String rule, String where, String reason) {}

  private static final List<Kept> KEPT =
      List.of(
          new Kept("ECS2", "/Worker/Task/", "names of tables and streams; secrets are SSM's"),
          new Kept("IAM4", "ForManagedInstances]", "AWS demands its own policy for this role"),
          new Kept("IAM5", "/Workers/Gpu/InstanceRole/", "as the CDK makes it; ECS names machines"),
          new Kept(
              "IAM5",
              "/Function-scheduler/Role/Resource [Resource::*]",
              "ListTasks and" + " ListStreams know no resource"),
          new Kept(
              "IAM5", "/Function-alerts/Role/Resource [Resource::*]", "ListStreams knows none"),
          new Kept("IAM5", ":task/<WorkersCluster", "tasks get their ids when they start"),
          new Kept("IAM5", ":task-definition/kvs-infer-prod-worker:*]", "cameras go back to any"),
          new Kept("IAM5", ".Arn>:*]", "log streams get their names when they start"),
          new Kept("IAM5", "/aws/lambda/*]", "keys get their names when a batch is given up"),
          new Kept("IAM5", "/events/*]", "keys have the hour of capture"),
          new Kept("IAM5", "/fenced/*]", "keys have the record's number"),
          new Kept("IAM5", "/poison/*]", "keys have the record's number"),
          new Kept("IAM5", "/media/*]", "keys have the camera and the incident"),
          new Kept(
              "IAM5",
              ":kinesisvideo:",
              "a stream's ARN ends in its time of creation; names"
                  + " are narrowed by streams.readable"),
          new Kept("KDS3", "/Events/", "one key for all data of a tenant is worth its price"),
          new Kept("SQS3", "/GivenUp/", "it is the dead-letter queue"));

  private static final Set<Kept> NEEDED = ConcurrentHashMap.newKeySet();
  private static final Set<String> LOOKED_AT = ConcurrentHashMap.newKeySet();

  @AfterAll
  static void every_reason_is_needed() {
    if (LOOKED_AT.size() == 3) {
      assertThat(NEEDED).containsExactlyInAnyOrderElementsOf(KEPT);
    }
  }

  // The CDK has marked the type of its own findings as deprecated and offers no other.
  @SuppressWarnings("deprecation")
  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod", "site"})
  void the_templates_hold_the_checks_of_aws_solutions(String environment) {
    var context = Synthesis.context(environment);
    // Findings are read below; they do not end the synthesis.
    context.put("@aws-cdk/core:failSynthOnValidationErrors", false);
    App app = Synthesis.app(context);
    InfraApp.Stacks stacks = Synthesis.stacks(app);
    Aspects.of(app).add(AwsSolutionsChecks.Builder.create().verbose(false).build());

    Set<String> found = new TreeSet<>();
    for (Stack stack : List.of(stacks.state(), stacks.compute(), stacks.watch())) {
      Annotations annotations = Annotations.fromStack(stack);
      for (var list :
          List.of(
              annotations.findError("*", Match.anyValue()),
              annotations.findWarning("*", Match.anyValue()))) {
        list.forEach(message -> {
          String text = String.valueOf(message.getEntry().getData());
          Matcher rule = RULE.matcher(text);
          if (rule.find()) {
            found.add(rule.group(1) + " " + message.getId() + " " + rule.group(2));
          }
        });
      }
    }
    found.removeIf(finding ->
        KEPT.stream()
            .filter(kept ->
                finding.startsWith("AwsSolutions-" + kept.rule() + " ")
                    && finding.contains(kept.where()))
            .peek(NEEDED::add)
            .findFirst()
            .isPresent());
    LOOKED_AT.add(environment);
    assertThat(found).isEmpty();
  }
}
