package io.kvsinfer.store;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A table at the end of its throughput: it takes so many writes of a batch and leaves the rest. */
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
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    real.close();
  }
}
