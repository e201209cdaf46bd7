package io.kvsinfer.functions.events;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Counts what a client asks of DynamoDB: calls, and the rows it writes and reads. */
final class CountedCalls implements ExecutionInterceptor {
  private int calls;
  private int writes;
  private int reads;

  synchronized int calls() {
    return calls;
  }

  synchronized int writes() {
    return writes;
  }

  synchronized int reads() {
    return reads;
  }

  @Override
  public synchronized void beforeExecution(
      Context.BeforeExecution context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    calls++;
    if (request instanceof BatchWriteItemRequest batch) {
      batch.requestItems().values().forEach(items -> writes += items.size());
    } else if (request instanceof BatchGetItemRequest batch) {
      for (KeysAndAttributes keys : batch.requestItems().values()) {
        reads += keys.keys().size();
      }
    } else if (request instanceof GetItemRequest) {
      reads++;
    } else if (request instanceof PutItemRequest || request instanceof UpdateItemRequest) {
      writes++;
    } else {
      throw new AssertionError("not counted: " + request.getClass().getSimpleName());
    }
  }
}
