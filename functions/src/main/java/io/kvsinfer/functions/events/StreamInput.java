package io.kvsinfer.functions.events;

import java.time.Instant;

/**
 * A record of the event stream as Lambda hands it on.
 *
 * @param shard id of its shard
 * @param sequenceNumber decimal digits, rising in the shard
 * @param arrivedAt when Kinesis took it
 */
@SuppressWarnings("ArrayRecordComponent") // The bytes are read once and compared nowhere.
public record StreamInput(
    String shard, String sequenceNumber, String partitionKey, Instant arrivedAt, byte[] data) {}
