package io.kvsinfer.contract.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.time.Timestamps;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the known fields of one JSON object and keeps account of what is left. */
final class FieldReader {
  private final String path;
  private final JsonNode object;
  private final Set<String> taken = new HashSet<>();

  FieldReader(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  String text(String name) throws EventFormatException {
    return required(name, optionalText(name));
  }

  @Nullable String optionalText(String name) throws EventFormatException {
    JsonNode node = take(name);
    if (node == null) {
      return null;
    }
    if (!node.isTextual()) {
      throw broken(name, "must be text");
    }
    return node.textValue();
  }

  /** Text of a form; {@code form} is what the error calls it. */
  String text(String name, Pattern pattern, String form) throws EventFormatException {
    String text = text(name);
    if (!pattern.matcher(text).matches()) {
      throw broken(name, "must be " + form);
    }
    return text;
  }

  List<String> texts(String name, Pattern pattern, String form) throws EventFormatException {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : elements(name)) {
      if (!element.isTextual() || !pattern.matcher(element.textValue()).matches()) {
        throw broken(name + "[" + texts.size() + "]", "must be " + form);
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  Instant time(String name) throws EventFormatException {
    return required(name, optionalTime(name));
  }

  @Nullable Instant optionalTime(String name) throws EventFormatException {
    String text = optionalText(name);
    if (text == null) {
      return null;
    }
    try {
      return Timestamps.parse(text);
    } catch (DateTimeParseException e) {
      throw broken(name, "must be a time as 2026-11-21T02:48:00.123Z");
    }
  }

  double number(String name, double least, double most) throws EventFormatException {
    JsonNode node = required(name, take(name));
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!(value >= least && value <= most) || !Double.isFinite(value)) {
      throw broken(name, "must be a number from " + least + " to " + most);
    }
    return value;
  }

  int whole(String name, int least) throws EventFormatException {
    JsonNode node = required(name, take(name));
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least) {
      throw broken(name, "must be a whole number of at least " + least);
    }
    return node.intValue();
  }

  @Nullable Long optionalWhole(String name) throws EventFormatException {
    JsonNode node = take(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw broken(name, "must be a whole number of at least 0");
    }
    return node.longValue();
  }

  boolean flag(String name) throws EventFormatException {
    JsonNode node = required(name, take(name));
    if (!node.isBoolean()) {
      throw broken(name, "must be true or false");
    }
    return node.booleanValue();
  }

  FieldReader fields(String name) throws EventFormatException {
    return required(name, optionalFields(name));
  }

  @Nullable FieldReader optionalFields(String name) throws EventFormatException {
    JsonNode node = take(name);
    return node == null ? null : nested(name, node);
  }

  /** The objects of a list; empty when it is absent. */
  List<FieldReader> listOfFields(String name) throws EventFormatException {
    List<FieldReader> list = new ArrayList<>();
    for (JsonNode element : elements(name)) {
      list.add(nested(name + "[" + list.size() + "]", element));
    }
    return list;
  }

  /** What nobody took. */
  ObjectNode rest() {
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(field -> {
          if (!taken.contains(field.getKey())) {
            rest.set(field.getKey(), field.getValue());
          }
        });
    return rest;
  }

  EventFormatException broken(String name, String problem) {
    return new EventFormatException(path + name, problem);
  }

  private FieldReader nested(String name, JsonNode node) throws EventFormatException {
    if (!node.isObject()) {
      throw broken(name, "must be an object");
    }
    return new FieldReader(path + name + ".", node);
  }

  private Iterable<JsonNode> elements(String name) throws EventFormatException {
    JsonNode node = take(name);
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      throw broken(name, "must be a list");
    }
    return node;
  }

  private <T> T required(String name, @Nullable T value) throws EventFormatException {
    if (value == null) {
      throw broken(name, "is missing");
    }
    return value;
  }

  private @Nullable JsonNode take(String name) throws EventFormatException {
    taken.add(name);
    JsonNode node = object.get(name);
    if (node != null && node.isNull()) {
      throw broken(name, "must be left out, not null");
    }
    return node;
  }
}
