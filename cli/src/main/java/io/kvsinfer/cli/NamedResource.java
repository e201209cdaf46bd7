package io.kvsinfer.cli;

import io.kvsinfer.store.Environment;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Says in errors which table, bucket or stream there is none of and where its name comes from, and
 * which address nothing listens at: the services say neither.
 */
record NamedResource(Environment environment) implements ExecutionInterceptor {
  private static final Map<String, String> KINDS =
      Map.of("TableName", "table", "Bucket", "bucket", "StreamName", "stream");
  private static final List<String> ABSENT = List.of("ResourceNotFoundException", "NoSuchBucket");

  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Throwable error = context.exception();
    if (error instanceof AwsServiceException refusal) {
      AwsErrorDetails details = refusal.awsErrorDetails();
      String absent = details == null ? null : absent(context, attributes, details);
      return absent == null
          ? error
          : refusal.toBuilder()
              .awsErrorDetails(details.toBuilder().errorMessage(absent).build())
              .build();
    }
    if (error instanceof SdkClientException failure && refused(failure)) {
      String address =
          context.httpRequest().map(r -> r.getUri().getAuthority()).orElse("the AWS endpoint");
      return failure.toBuilder()
          .message(
              "nothing listens at %s: has 'kvs-infer local' ended? Each run has ports of its own, so source its environment file anew"
                  .formatted(address))
          .build();
    }
    return error;
  }

  private static boolean refused(Throwable error) {
    Throwable cause = error;
    while (cause != null && !(cause instanceof ConnectException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  private @Nullable String absent(
      Context.FailedExecution context, ExecutionAttributes attributes, AwsErrorDetails details) {
    if (!ABSENT.contains(details.errorCode())) {
      return null;
    }
    for (Map.Entry<String, String> kind : KINDS.entrySet()) {
      Optional<String> name = context.request().getValueForField(kind.getKey(), String.class);
      if (name.isPresent()) {
        return "there is no %s %s in %s%s"
            .formatted(
                kind.getValue(),
                name.get(),
                attributes.getAttribute(AwsExecutionAttribute.AWS_REGION),
                variable(name.get()));
      }
    }
    return null;
  }

  private String variable(String name) {
    return environment.variables().entrySet().stream()
        .filter(variable -> variable.getValue().equals(name))
        .map(variable -> "; " + variable.getKey() + " names it")
        .findFirst()
        .orElse("");
  }
}
