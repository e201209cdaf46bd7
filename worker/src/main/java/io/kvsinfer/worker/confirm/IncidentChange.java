package io.kvsinfer.worker.confirm;

import java.time.Instant;

/** A step in the life of an incident; each becomes one event. */
public sealed interface IncidentChange {
  IncidentRef incident();

  /** 0, 1, … within the incident. */
  int sequence();

  /** What the event shows. */
  Sighting sighting();

  /** An object was confirmed. The pictures are of the frame in which it was. */
  record Opened(IncidentRef incident, int sequence, Sighting sighting) implements IncidentChange {}

  /** Better evidence of it. The pictures are of that frame. */
  record Updated(IncidentRef incident, int sequence, Sighting sighting) implements IncidentChange {}

  /**
   * It has been gone for a while.
   *
   * @param sighting the last one, with the best confidence of the incident; no pictures belong to
   *     it
   * @param endedAt capture time of the last sight
   */
  record Closed(IncidentRef incident, int sequence, Sighting sighting, Instant endedAt)
      implements IncidentChange {}
}
