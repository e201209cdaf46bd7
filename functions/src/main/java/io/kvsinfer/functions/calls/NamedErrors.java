package io.kvsinfer.functions.calls;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** Puts service and operation before an error that no service sent: by itself it names neither. */
final class NamedErrors implements ExecutionInterceptor {
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    if (!(context.exception() instanceof SdkException error)
        || error instanceof AwsServiceException) {
      return context.exception();
    }
    // Of the same class: the SDK takes no other.
    return error.toBuilder()
        .message(
            "%s.%s got no answer: %s"
                .formatted(
                    attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME),
                    attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME),
                    error.rawMessage()))
        .build();
  }
}
