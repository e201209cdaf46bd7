package io.kvsinfer.infra;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.destinations.SqsDestination;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * A function of the product: Java 25 on arm64, started from a snapshot, called by its alias {@code
 * live} only. Calls that are given up wait in a queue of its own.
 */
final class ProductFunction extends Construct {
  /** The alias that everything calls. */
  static final String ALIAS = "live";

  private final String name;
  private final Queue givenUp;
  private final Function function;
  private final Alias alias;
  private final List<CfnEventSourceMapping> mappings = new ArrayList<>();

  /**
   * @param name logical name, as {@code scheduler}
   * @param physicalName of the function
   * @param handler class
   * @param memoryMib a vCPU comes with 1769
   * @param timeout of one call
   * @param variables environment of the process
   * @param reserved calls at once at most; null = as many as the account has
   * @param permissions beside log and queue
   */
  record Props(
      String name,
      String physicalName,
      String handler,
      Code code,
      int memoryMib,
      Duration timeout,
      Map<String, String> variables,
      @Nullable Integer reserved,
      ILogGroup log,
      List<Permission> permissions) {}

  ProductFunction(Construct scope, String id, Props props) {
    super(scope, id);
    name = props.name();
    givenUp =
        Queue.Builder.create(this, "GivenUp")
            .queueName(props.physicalName() + "-given-up")
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(14))
            .build();
    // Its policy is complete here, so that nothing that is attached later widens it.
    IRole role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description("kvs-infer function " + props.name())
            .inlinePolicies(
                Map.of(
                    "kvs-infer",
                    Permission.document(
                        Permissions.all(
                            Permissions.function(
                                props.log().getLogGroupArn(), givenUp.getQueueArn()),
                            props.permissions()))))
            .build()
            .withoutPolicyUpdates();
    Function.Builder builder =
        Function.Builder.create(this, "Function")
            .functionName(props.physicalName())
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.ARM_64)
            .handler(props.handler())
            .code(props.code())
            .memorySize(props.memoryMib())
            .timeout(props.timeout())
            .environment(props.variables())
            .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
            .logGroup(props.log())
            .role(role);
    Integer reserved = props.reserved();
    if (reserved != null) {
      builder.reservedConcurrentExecutions(reserved);
    }
    function = builder.build();
    Annotations.of(function)
        .acknowledgeWarning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "the alias is a published version");
    alias =
        Alias.Builder.create(this, "Live")
            .aliasName(ALIAS)
            .version(function.getCurrentVersion())
            // A tick that is not taken in time is of no use: the next one looks at everything.
            .maxEventAge(Duration.minutes(2))
            .retryAttempts(1)
            .onFailure(new SqsDestination(givenUp))
            .build();
  }

  /**
   * Feeds the function from a stream. Lambda puts batches that are given up under {@code
   * aws/lambda/} of the bucket; it takes no prefix of ours.
   */
  void feed(EventSourceMapping mapping, String sourceArn, String bucketArn) {
    mappings.add(
        CfnEventSourceMapping.Builder.create(this, "Feed-" + mapping.source().name())
            .functionName(alias.getFunctionArn())
            .eventSourceArn(sourceArn)
            .startingPosition("TRIM_HORIZON")
            .batchSize(mapping.batchSize())
            .maximumBatchingWindowInSeconds((int) mapping.window().toSeconds())
            .bisectBatchOnFunctionError(mapping.bisect())
            .maximumRetryAttempts(mapping.maxRetries())
            .maximumRecordAgeInSeconds((int) mapping.maxRecordAge().toSeconds())
            .functionResponseTypes(
                mapping.partialBatch() ? List.of("ReportBatchItemFailures") : List.of())
            .destinationConfig(
                CfnEventSourceMapping.DestinationConfigProperty.builder()
                    .onFailure(
                        CfnEventSourceMapping.OnFailureProperty.builder()
                            .destination(bucketArn)
                            .build())
                    .build())
            .metricsConfig(
                CfnEventSourceMapping.MetricsConfigProperty.builder()
                    .metrics(List.of("EventCount"))
                    .build())
            .build());
  }

  String name() {
    return name;
  }

  Function function() {
    return function;
  }

  Alias alias() {
    return alias;
  }

  /** Where calls wait that nobody takes up again. */
  Queue givenUp() {
    return givenUp;
  }

  List<CfnEventSourceMapping> mappings() {
    return List.copyOf(mappings);
  }
}
