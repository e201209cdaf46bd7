package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** What shows and tells how the rest does: dashboards, alarms, who is told. */
final class WatchStack extends Stack {
  WatchStack(
      Construct scope,
      String id,
      StackProps props,
      Configuration configuration,
      StateStack state,
      ComputeStack compute) {
    super(scope, id, props);
    Topic topic =
        Topic.Builder.create(this, "Operators")
            .topicName(configuration.named("operators"))
            .masterKey(state.key())
            .enforceSsl(true)
            .build();
    String email = configuration.watch().email();
    if (email != null) {
      topic.addSubscription(new EmailSubscription(email));
    }
    NightAlarms alarms = new NightAlarms(this, "Alarms", configuration, topic, compute);
    new Dashboards(this, "Dashboards", configuration, compute, alarms);
    CfnOutput.Builder.create(this, "OperatorsTopic").value(topic.getTopicArn()).build();
  }
}
