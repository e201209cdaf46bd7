package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A record of a stream.
 *
 * @param arrivedAt when the stream took it
 * @param json as an element of {@code Records} of Lambda's event
 */
public record StreamRecord(String sequenceNumber, Instant arrivedAt, ObjectNode json) {}
