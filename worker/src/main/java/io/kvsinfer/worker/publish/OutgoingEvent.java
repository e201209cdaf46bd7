package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import java.util.List;

/** An event and the pictures it names. */
public record OutgoingEvent(IncidentEvent event, List<Picture> pictures) {
  public OutgoingEvent {
    pictures = List.copyOf(pictures);
  }
}
