package io.kvsinfer.functions.events;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Lets DynamoDB leave one row of a batch unprocessed every time, as a hot partition does. */
record WithheldRow(String table, String key, String value) implements ExecutionInterceptor {
  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    if (!(context.response() instanceof BatchGetItemResponse answer)
        || !answer.responses().containsKey(table)) {
      return context.response();
    }
    Map<String, AttributeValue> withheld = Map.of(key, AttributeValue.fromS(value));
    List<Map<String, AttributeValue>> given =
        Objects.requireNonNull(answer.responses().get(table)).stream()
            .filter(row -> !Objects.equals(row.get(key), withheld.get(key)))
            .toList();
    return answer.toBuilder()
        .responses(Map.of(table, given))
        .unprocessedKeys(Map.of(table, KeysAndAttributes.builder().keys(List.of(withheld)).build()))
        .build();
  }
}
