package io.kvsinfer.contract.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.contract.time.Timestamps;

/** JSON of a lease record. */
final class LeaseRecordJson {
  private LeaseRecordJson() {}

  static ObjectNode write(LeaseRecord lease) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema", LeaseRecord.SCHEMA);
    json.put("camera_id", lease.cameraId());
    json.put("generation", lease.generation());
    json.put("launch", lease.launch());
    json.put("at", Timestamps.format(lease.at()));
    return json;
  }

  static LeaseRecord read(FieldReader fields) throws EventFormatException {
    Long generation = fields.optionalWhole("generation");
    if (generation == null) {
      throw fields.broken("generation", "is missing");
    }
    return new LeaseRecord(
        fields.text("camera_id", Names.CAMERA_ID, "a camera id"),
        generation,
        fields.text("launch"),
        fields.time("at"));
  }
}
