package io.kvsinfer.local.lambda;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One invocation on its way.
 *
 * @param deadlineMillis since the epoch, as the Runtime API tells it
 * @param answer completed by whoever learns of it first
 */
@SuppressWarnings("ArrayRecordComponent") // The payload is sent once and compared nowhere.
record Invocation(
    String id, byte[] payload, long deadlineMillis, CompletableFuture<byte[]> answer) {
  static Invocation of(byte[] payload, long deadlineMillis) {
    return new Invocation(
        UUID.randomUUID().toString(), payload, deadlineMillis, new CompletableFuture<>());
  }
}
