package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/** What calls the scheduler beside the cameras table: every minute, and a task that stopped. */
final class SchedulerTriggers extends Construct {
  SchedulerTriggers(
      Construct scope,
      String id,
      Configuration configuration,
      ProductFunction scheduler,
      List<ICluster> clusters) {
    super(scope, id);
    String target = scheduler.alias().getFunctionArn();
    String queue = scheduler.givenUp().getQueueArn();
    Role caller =
        Role.Builder.create(this, "CallerRole")
            .assumedBy(new ServicePrincipal("scheduler.amazonaws.com"))
            .description("Calls the kvs-infer scheduler every minute")
            .inlinePolicies(
                Map.of(
                    "kvs-infer",
                    Permission.document(
                        List.of(
                            Permission.of("Call", List.of("lambda:InvokeFunction"), target),
                            Permission.of("GivenUp", List.of("sqs:SendMessage"), queue)))))
            .build();
    CfnSchedule.Builder.create(this, "EveryMinute")
        .name(configuration.named("every-minute"))
        .description("kvs-infer looks at every camera")
        .scheduleExpression("rate(1 minute)")
        .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder().mode("OFF").build())
        .target(
            CfnSchedule.TargetProperty.builder()
                .arn(target)
                .roleArn(caller.getRoleArn())
                .deadLetterConfig(CfnSchedule.DeadLetterConfigProperty.builder().arn(queue).build())
                .retryPolicy(
                    CfnSchedule.RetryPolicyProperty.builder()
                        .maximumEventAgeInSeconds(60)
                        .maximumRetryAttempts(1)
                        .build())
                .build())
        .build();
    Rule.Builder.create(this, "TaskStopped")
        .description("A kvs-infer worker stopped")
        .eventPattern(
            EventPattern.builder()
                .source(List.of("aws.ecs"))
                .detailType(List.of("ECS Task State Change"))
                .detail(
                    Map.of(
                        "clusterArn", clusters.stream().map(ICluster::getClusterArn).toList(),
                        "lastStatus", List.of("STOPPED"),
                        "startedBy", List.of(Map.of("prefix", configuration.environment() + "/"))))
                .build())
        .targets(
            List.of(
                LambdaFunction.Builder.create(scheduler.alias())
                    .deadLetterQueue(scheduler.givenUp())
                    .maxEventAge(Duration.minutes(2))
                    .retryAttempts(1)
                    .build()))
        .build();
  }
}
