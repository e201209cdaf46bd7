/**
 * What feeds functions in AWS, on this machine: event source mappings of Kinesis and DynamoDB
 * streams, a schedule, and asynchronous invocations.
 */
@NullMarked
package io.kvsinfer.local.mapping;

import org.jspecify.annotations.NullMarked;
