package io.kvsinfer.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Writes and reads of many rows in few calls. What DynamoDB leaves unprocessed is asked again,
 * after a wait that grows; what it still leaves is handed back.
 */
record BatchCalls(DynamoDbClient dynamo, String table) {
  private static final int WRITES = 25;
  private static final int READS = 100;
  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);

  /**
   * Puts and deletes; no key may come twice.
   *
   * @return what was not done
   */
  List<WriteRequest> write(List<WriteRequest> requests) {
    List<WriteRequest> left = new ArrayList<>();
    for (List<WriteRequest> some : parts(requests, WRITES)) {
      List<WriteRequest> todo = some;
      for (int attempt = 0; attempt < ATTEMPTS && !todo.isEmpty(); attempt++) {
        pause(attempt);
        Map<String, List<WriteRequest>> items = Map.of(table, todo);
        BatchWriteItemResponse answer = dynamo.batchWriteItem(r -> r.requestItems(items));
        todo = answer.unprocessedItems().getOrDefault(table, List.of());
      }
      left.addAll(todo);
    }
    return left;
  }

  /**
   * Rows by key, read consistently; no key may come twice, and what is not there is not answered.
   *
   * @param attributes to be read, as a projection expression; null for all
   * @return keys that were not read
   */
  List<Map<String, AttributeValue>> read(
      List<Map<String, AttributeValue>> keys,
      @Nullable String attributes,
      Consumer<Map<String, AttributeValue>> row) {
    List<Map<String, AttributeValue>> left = new ArrayList<>();
    for (List<Map<String, AttributeValue>> some : parts(keys, READS)) {
      List<Map<String, AttributeValue>> todo = some;
      for (int attempt = 0; attempt < ATTEMPTS && !todo.isEmpty(); attempt++) {
        pause(attempt);
        Map<String, KeysAndAttributes> wanted =
            Map.of(
                table,
                KeysAndAttributes.builder()
                    .keys(todo)
                    .consistentRead(true)
                    .projectionExpression(attributes)
                    .build());
        BatchGetItemResponse answer = dynamo.batchGetItem(r -> r.requestItems(wanted));
        answer.responses().getOrDefault(table, List.of()).forEach(row);
        KeysAndAttributes rest = answer.unprocessedKeys().get(table);
        todo = rest == null ? List.of() : rest.keys();
      }
      left.addAll(todo);
    }
    return left;
  }

  private static <T> List<List<T>> parts(List<T> all, int size) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      parts.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return parts;
  }

  private static void pause(int attempt) {
    if (attempt == 0) {
      return;
    }
    long most = FIRST_WAIT.toMillis() << attempt;
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
