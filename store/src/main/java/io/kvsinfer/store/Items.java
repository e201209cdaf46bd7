package io.kvsinfer.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * DynamoDB items ↔ JSON trees. Numbers keep their value, not their notation: {@code 5.0} comes back
 * as {@code 5}. Sets come back as arrays, binary values as base64 text.
 */
public final class Items {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Items() {}

  /** The tree of an item. */
  public static ObjectNode toTree(Map<String, AttributeValue> item) {
    ObjectNode node = NODES.objectNode();
    new TreeMap<>(item).forEach((key, value) -> node.set(key, toTree(value)));
    return node;
  }

  /** The tree of one attribute. */
  public static JsonNode toTree(AttributeValue value) {
    return switch (value.type()) {
      case S -> NODES.textNode(value.s());
      case N -> number(value.n());
      case BOOL -> NODES.booleanNode(value.bool());
      case M -> toTree(value.m());
      case L -> array(value.l().stream().map(Items::toTree).toList());
      case SS -> array(value.ss().stream().sorted().<JsonNode>map(NODES::textNode).toList());
      case NS -> array(value.ns().stream().map(Items::number).toList());
      case BS ->
          array(
              value.bs().stream()
                  .<JsonNode>map(b -> NODES.textNode(base64(b.asByteArray())))
                  .toList());
      case B -> NODES.textNode(base64(value.b().asByteArray()));
      case NUL, UNKNOWN_TO_SDK_VERSION -> NODES.nullNode();
    };
  }

  /**
   * The item of a tree.
   *
   * @throws IllegalArgumentException when it is not an object
   */
  public static Map<String, AttributeValue> toItem(JsonNode tree) {
    if (!tree.isObject()) {
      throw new IllegalArgumentException("an item must be an object, not " + tree.getNodeType());
    }
    Map<String, AttributeValue> item = new TreeMap<>();
    tree.properties().forEach(field -> item.put(field.getKey(), toAttribute(field.getValue())));
    return item;
  }

  /** The attribute of a tree. */
  public static AttributeValue toAttribute(JsonNode tree) {
    return switch (tree.getNodeType()) {
      case STRING -> AttributeValue.fromS(tree.textValue());
      case NUMBER -> AttributeValue.fromN(digits(tree));
      case BOOLEAN -> AttributeValue.fromBool(tree.booleanValue());
      case OBJECT -> AttributeValue.fromM(toItem(tree));
      case ARRAY -> {
        List<AttributeValue> list = new ArrayList<>(tree.size());
        tree.forEach(element -> list.add(toAttribute(element)));
        yield AttributeValue.fromL(list);
      }
      case NULL, MISSING -> AttributeValue.fromNul(true);
      case BINARY, POJO ->
          throw new IllegalArgumentException("no JSON value: " + tree.getNodeType());
    };
  }

  private static String digits(JsonNode number) {
    if (number.isIntegralNumber()) {
      return number.bigIntegerValue().toString();
    }
    if (number.isFloatingPointNumber() && !Double.isFinite(number.doubleValue())) {
      throw new IllegalArgumentException("not a finite number: " + number);
    }
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }

  private static JsonNode number(String digits) {
    BigDecimal value = new BigDecimal(digits);
    if (value.stripTrailingZeros().scale() > 0) {
      return NODES.numberNode(value.doubleValue());
    }
    try {
      long whole = value.longValueExact();
      return (int) whole == whole ? NODES.numberNode((int) whole) : NODES.numberNode(whole);
    } catch (ArithmeticException e) {
      return NODES.numberNode(value.toBigIntegerExact());
    }
  }

  private static ArrayNode array(List<? extends JsonNode> elements) {
    ArrayNode array = NODES.arrayNode(elements.size());
    elements.forEach(array::add);
    return array;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
