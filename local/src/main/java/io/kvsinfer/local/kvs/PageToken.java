package io.kvsinfer.local.kvs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/**
 * What NextToken holds: where the next page begins, and what its list was asked for, since a caller
 * may leave that out beside a token. Base64, as the service's model demands of a token.
 *
 * @param after what the last page ended with
 * @param selector the selector of the first page, where it had one
 */
record PageToken(String after, Optional<ApiRequest> selector) {

  /** Empty for a first page. */
  static Optional<PageToken> of(ApiRequest call) {
    return call.text("NextToken").map(PageToken::parse);
  }

  private static PageToken parse(String token) {
    try {
      JsonNode node = ApiRequest.JSON.readTree(Base64.getDecoder().decode(token));
      if (node != null && node.path("after").isTextual()) {
        return new PageToken(
            node.path("after").textValue(), new ApiRequest(node).object("selector"));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw unknown();
    }
    throw unknown();
  }

  private static ApiException unknown() {
    return ApiException.invalid("NextToken is none that an answer held.");
  }

  String text() {
    ObjectNode node = ApiRequest.JSON.createObjectNode().put("after", after);
    selector.ifPresent(s -> node.set("selector", s.members()));
    return Base64.getEncoder().encodeToString(Reply.bytes(node));
  }
}
