package io.kvsinfer.local.kvs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The members of a request's JSON object, read with the checks that the service makes. */
final class ApiRequest {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000);

  private final JsonNode members;

  ApiRequest(JsonNode members) {
    this.members = members;
  }

  static ApiRequest parse(byte[] body) throws IOException {
    if (body.length == 0) {
      return new ApiRequest(JSON.createObjectNode());
    }
    try {
      JsonNode node = JSON.readTree(body);
      if (node.isObject()) {
        return new ApiRequest(node);
      }
    } catch (JsonProcessingException e) {
      throw new ApiException(
          400,
          "SerializationException",
          "The body is not JSON: offset " + e.getLocation().getByteOffset() + ".");
    }
    throw new ApiException(400, "SerializationException", "The body is not a JSON object.");
  }

  JsonNode members() {
    return members;
  }

  Optional<String> text(String name) {
    JsonNode node = members.path(name);
    if (absent(node)) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw ApiException.invalid(name + " must be a string.");
    }
    return Optional.of(node.textValue());
  }

  String required(String name) {
    return text(name).orElseThrow(() -> ApiException.invalid(name + " is missing."));
  }

  /** A whole number within bounds, both inclusive. */
  Optional<Long> number(String name, long least, long most) {
    JsonNode node = members.path(name);
    if (absent(node)) {
      return Optional.empty();
    }
    if (!node.isIntegralNumber() || node.longValue() < least || node.longValue() > most) {
      throw ApiException.invalid(
          name + " must be a whole number from " + least + " to " + most + ".");
    }
    return Optional.of(node.longValue());
  }

  <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
    return text(name)
        .map(text -> {
          for (E value : type.getEnumConstants()) {
            if (value.name().equals(text)) {
              return value;
            }
          }
          throw ApiException.invalid(
              name + " must be one of " + List.of(type.getEnumConstants()) + ".");
        });
  }

  /** A time, given as seconds since 1970 with a fraction. */
  Optional<Instant> time(String name) {
    JsonNode node = members.path(name);
    if (absent(node)) {
      return Optional.empty();
    }
    if (!node.isNumber()) {
      throw ApiException.invalid(name + " must be a number of seconds since 1970.");
    }
    BigDecimal[] parts = node.decimalValue().divideAndRemainder(BigDecimal.ONE);
    return Optional.of(
        Instant.ofEpochSecond(parts[0].longValue(), parts[1].multiply(BILLION).longValue()));
  }

  Optional<ApiRequest> object(String name) {
    JsonNode node = members.path(name);
    if (absent(node)) {
      return Optional.empty();
    }
    if (!node.isObject()) {
      throw ApiException.invalid(name + " must be an object.");
    }
    return Optional.of(new ApiRequest(node));
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : members.path(name)) {
      texts.add(node.asText());
    }
    return texts;
  }

  Map<String, String> textMap(String name) {
    Map<String, String> map = new TreeMap<>();
    members.path(name).properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    return map;
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** A time as the service writes it. */
  static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.toEpochMilli(), 3);
  }
}
