package io.kvsinfer.local.http;

import java.io.IOException;

/** What answers requests; called on a thread of the connection. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers a request. An answer that was begun is completed when this returns.
   *
   * @throws BrokenAnswer to end the connection in the middle of the answer
   * @throws IOException when the client is gone
   */
  void handle(HttpRequest request, HttpAnswer answer) throws IOException, InterruptedException;
}
