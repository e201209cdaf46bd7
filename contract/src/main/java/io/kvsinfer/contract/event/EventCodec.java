package io.kvsinfer.contract.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON of what travels on the event stream. Keys stand in the order of the contract, unknown ones
 * after them by name; values that are absent are left out. The same record always gives the same
 * bytes. Thread-safe.
 */
public final class EventCodec {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          // Unknown numbers are written back digit for digit.
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private EventCodec() {}

  /** The record as UTF-8 JSON without a line end. */
  public static byte[] write(StreamRecord record) {
    try {
      return JSON.writeValueAsBytes(tree(record));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record as a JSON tree. */
  public static ObjectNode tree(StreamRecord record) {
    return switch (record) {
      case IncidentEvent event -> IncidentEventJson.write(event);
      case LeaseRecord lease -> LeaseRecordJson.write(lease);
    };
  }

  /**
   * Reads a record.
   *
   * @param json UTF-8 JSON
   * @throws EventFormatException naming the field that is not as its schema says
   */
  public static StreamRecord read(byte[] json) throws EventFormatException {
    JsonNode tree;
    try {
      tree = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      // Its message would quote the record, which may hold plate text.
      throw new EventFormatException(
          "", "not valid JSON at line %d, column %d".formatted(line(e), column(e)));
    } catch (IOException e) {
      throw new EventFormatException("", "not readable: " + e.getMessage());
    }
    return read(tree);
  }

  /**
   * Reads a record from a JSON tree.
   *
   * @throws EventFormatException naming the field that is not as its schema says
   */
  public static StreamRecord read(JsonNode tree) throws EventFormatException {
    if (!tree.isObject()) {
      throw new EventFormatException("", "must be a JSON object");
    }
    FieldReader fields = new FieldReader("", tree);
    String schema = fields.text("schema");
    return switch (schema) {
      case IncidentEvent.SCHEMA -> IncidentEventJson.read(fields);
      case LeaseRecord.SCHEMA -> LeaseRecordJson.read(fields);
      default ->
          throw new EventFormatException(
              "schema", "must be " + IncidentEvent.SCHEMA + " or " + LeaseRecord.SCHEMA);
    };
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
  }

  private static int column(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
  }
}
