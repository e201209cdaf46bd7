package io.kvsinfer.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Part of a long answer.
 *
 * @param next where the next page begins, an opaque text to hand back; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String next) {
  private static final JsonMapper JSON = new JsonMapper();

  public Page {
    items = List.copyOf(items);
  }

  static @Nullable String token(Map<String, AttributeValue> lastKey) {
    if (lastKey.isEmpty()) {
      return null;
    }
    byte[] json = Items.toTree(lastKey).toString().getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  /** Throws {@link IllegalArgumentException} for a text that no page gave. */
  static @Nullable Map<String, AttributeValue> key(@Nullable String token) {
    if (token == null) {
      return null;
    }
    try {
      JsonNode tree = JSON.readTree(Base64.getUrlDecoder().decode(token));
      return Items.toItem(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the next of a page", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not the next of a page: " + e.getMessage(), e);
    }
  }
}
