package io.kvsinfer.functions.alerts;

/**
 * A change in the incidents table.
 *
 * @param sequenceNumber of the record in the table's stream
 * @param incidentId whose row changed
 * @param unalerted whether the row stands there without an alert noted
 * @param closedUntold whether it stands there closed, without a note that this was told
 */
public record IncidentChange(
    String sequenceNumber, String incidentId, boolean unalerted, boolean closedUntold) {}
