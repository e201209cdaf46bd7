package io.kvsinfer.functions.events;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.EventFormatException;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.contract.settings.Names;
import java.util.Optional;

/** What a record of the stream turned out to be. */
sealed interface Decoded {
  record Event(IncidentEvent event) implements Decoded {}

  record Lease(LeaseRecord record) implements Decoded {}

  /** Nothing that can be stored, now or later. */
  record Poison(String reason) implements Decoded {}

  /** Whose fence decides on it. */
  default Optional<String> cameraId() {
    return switch (this) {
      case Event(IncidentEvent event) -> Optional.of(event.cameraId());
      case Lease(LeaseRecord record) -> Optional.of(record.cameraId());
      case Poison poison -> Optional.empty();
    };
  }

  static Decoded of(StreamInput input) {
    StreamRecord record;
    try {
      record = EventCodec.read(input.data());
    } catch (EventFormatException e) {
      return new Poison(String.valueOf(e.getMessage()));
    }
    if (!Names.CAMERA_ID.matcher(record.cameraId()).matches()) {
      return new Poison("camera_id: must match " + Names.CAMERA_ID.pattern());
    }
    if (!record.cameraId().equals(input.partitionKey())) {
      return new Poison("camera_id: must be the partition key, else its order is not kept");
    }
    return switch (record) {
      case IncidentEvent event -> new Event(event);
      case LeaseRecord lease -> new Lease(lease);
    };
  }
}
