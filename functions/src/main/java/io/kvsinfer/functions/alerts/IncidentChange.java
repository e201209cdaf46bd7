package io.kvsinfer.functions.alerts;

/**
 * A change in the incidents table.
 *
 * @param sequenceNumber of the record in the table's stream
 * @param incidentId whose row changed
 * @param pending whether the row stands there without an alert noted
 */
public record IncidentChange(String sequenceNumber, String incidentId, boolean pending) {}
