package io.kvsinfer.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.time.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * A record of the event stream that could not be stored, as it lies under {@link MediaKeys#POISON}.
 *
 * @param arrivedAt when Kinesis took it
 * @param reason why it was set aside; it holds nothing of the record's values
 * @param data the record as it came; not copied, nobody may change it
 */
@SuppressWarnings("ArrayRecordComponent") // read once and compared nowhere
public record PoisonRecord(
    String shard,
    String sequenceNumber,
    String partitionKey,
    Instant arrivedAt,
    String reason,
    byte[] data) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Where it lies. */
  public String key() {
    return MediaKeys.poison(arrivedAt, shard, sequenceNumber);
  }

  /** As JSON, the record in base64; the same record gives the same bytes. */
  public byte[] toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("shard", shard);
    json.put("sequence_number", sequenceNumber);
    json.put("partition_key", partitionKey);
    json.put("arrived_at", Timestamps.format(arrivedAt));
    json.put("reason", reason);
    json.put("data", data);
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree is always JSON", e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IOException naming what is wrong with it
   */
  public static PoisonRecord ofJson(byte[] json) throws IOException {
    JsonNode tree = JSON.readTree(json);
    try {
      return new PoisonRecord(
          text(tree, "shard"),
          text(tree, "sequence_number"),
          text(tree, "partition_key"),
          Timestamps.parse(text(tree, "arrived_at")),
          text(tree, "reason"),
          tree.required("data").binaryValue());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException("not a record set aside: " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " must be a text");
    }
    return value.textValue();
  }
}
