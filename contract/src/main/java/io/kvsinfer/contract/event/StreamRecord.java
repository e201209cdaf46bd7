package io.kvsinfer.contract.event;

/** What travels on the event stream, told apart by {@code schema}. */
public sealed interface StreamRecord permits IncidentEvent, LeaseRecord {
  /** The camera it is about; also the partition key. */
  String cameraId();
}
