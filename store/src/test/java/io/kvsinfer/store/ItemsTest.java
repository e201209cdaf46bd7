package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class ItemsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void a_tree_comes_back_from_an_item() throws Exception {
    JsonNode tree =
        JSON.readTree(
            """
            {"id": "yard", "enabled": true, "fps_target": 5, "big": 12345678901, "threshold": 0.35,
             "huge": 123456789012345678901234567890, "nothing": null, "empty": "",
             "regions": [{"name": "gate", "polygon": [[0, 0.1], [1, 0], [0.5, 1]]}]}
            """);
    assertThat(Items.toTree(Items.toItem(tree))).isEqualTo(tree);
  }

  @Test
  void sets_become_arrays_and_binary_becomes_base64() {
    Map<String, AttributeValue> item =
        Map.of(
            "ss", AttributeValue.fromSs(List.of("b", "a")),
            "ns", AttributeValue.fromNs(List.of("1", "2.5")),
            "b", AttributeValue.fromB(SdkBytes.fromUtf8String("hi")),
            "bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("hi"))));
    assertThat(Items.toTree(item))
        .hasToString("{\"b\":\"aGk=\",\"bs\":[\"aGk=\"],\"ns\":[1,2.5],\"ss\":[\"a\",\"b\"]}");
  }

  @Test
  void what_no_item_can_hold_is_refused() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    assertThatThrownBy(() -> Items.toItem(nodes.textNode("x")))
        .hasMessage("an item must be an object, not STRING");
    assertThatThrownBy(() -> Items.toAttribute(nodes.numberNode(Double.NaN)))
        .hasMessage("not a finite number: \"NaN\"");
    assertThatThrownBy(() -> Items.toAttribute(nodes.pojoNode(new Object())))
        .hasMessage("no JSON value: POJO");
  }
}
