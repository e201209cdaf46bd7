package io.kvsinfer.contract.state;

/**
 * The newest lease record the events function has stored everything before.
 *
 * @param sequenceNumber Kinesis sequence number of that record
 */
public record Fence(long generation, String sequenceNumber) {}
