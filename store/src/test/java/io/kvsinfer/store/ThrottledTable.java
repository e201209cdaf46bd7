package io.kvsinfer.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * A table at the end of its throughput: it takes so many writes or reads of a batch and leaves the
 * rest.
 */
final class ThrottledTable implements DynamoDbClient {
  private final DynamoDbClient real;
  private final int capacity;

  ThrottledTable(DynamoDbClient real, int capacity) {
    this.real = real;
    this.capacity = capacity;
  }

  @Override
  public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
    String table = request.requestItems().keySet().iterator().next();
    List<WriteRequest> writes = request.requestItems().getOrDefault(table, List.of());
    int taken = Math.min(capacity, writes.size());
    if (taken > 0) {
      real.batchWriteItem(r -> r.requestItems(Map.of(table, writes.subList(0, taken))));
    }
    List<WriteRequest> left = writes.subList(taken, writes.size());
    return BatchWriteItemResponse.builder()
        .unprocessedItems(left.isEmpty() ? Map.of() : Map.of(table, left))
        .build();
  }

  @Override
  public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    String table = request.requestItems().keySet().iterator().next();
    KeysAndAttributes wanted = Objects.requireNonNull(request.requestItems().get(table));
    int taken = Math.min(capacity, wanted.keys().size());
    KeysAndAttributes left =
        wanted.toBuilder().keys(wanted.keys().subList(taken, wanted.keys().size())).build();
    BatchGetItemResponse answer =
        taken == 0
            ? BatchGetItemResponse.builder().responses(Map.of()).build()
            : real.batchGetItem(r ->
                r.requestItems(
                    Map.of(
                        table, wanted.toBuilder().keys(wanted.keys().subList(0, taken)).build())));
    return answer.toBuilder()
        .unprocessedKeys(left.keys().isEmpty() ? Map.of() : Map.of(table, left))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    real.close();
  }
}
