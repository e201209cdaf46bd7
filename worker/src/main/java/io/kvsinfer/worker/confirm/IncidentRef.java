package io.kvsinfer.worker.confirm;

import java.time.Instant;

/**
 * Which incident, and what it is about.
 *
 * @param id 26 characters
 * @param detector name of the detector in its camera
 * @param type of the detector
 * @param startedAt capture time of the first hit
 */
public record IncidentRef(
    String id, String detector, String type, String label, Instant startedAt) {}
