package io.kvsinfer.store;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Updates of one part of a camera_state row. A failed condition is an answer, not an exception. */
record ConditionalUpdate(DynamoDbClient dynamo, String table) {

  void set(String cameraId, String part, AttributeValue value) {
    dynamo.updateItem(request ->
        request
            .tableName(table)
            .key(StateRow.key(cameraId))
            .updateExpression("SET #part = :value")
            .expressionAttributeNames(Map.of("#part", part))
            .expressionAttributeValues(Map.of(":value", value)));
  }

  boolean apply(
      String cameraId, String expression, String condition, Map<String, AttributeValue> values) {
    return apply(cameraId, expression, condition, Map.of(), values);
  }

  boolean apply(
      String cameraId,
      String expression,
      String condition,
      Map<String, String> names,
      Map<String, AttributeValue> values) {
    try {
      dynamo.updateItem(request(cameraId, expression, condition, names, values).build());
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  UpdateItemRequest.Builder request(
      String cameraId,
      String expression,
      String condition,
      Map<String, String> names,
      Map<String, AttributeValue> values) {
    UpdateItemRequest.Builder request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(StateRow.key(cameraId))
            .updateExpression(expression)
            .conditionExpression(condition)
            .expressionAttributeValues(values);
    if (!names.isEmpty()) {
      request.expressionAttributeNames(names);
    }
    return request;
  }
}
