/**
 * DynamoDB, S3 and Kinesis on this machine, and child processes that end with this one; for {@code
 * local} and the tests only.
 */
@NullMarked
package io.kvsinfer.embedded;

import org.jspecify.annotations.NullMarked;
