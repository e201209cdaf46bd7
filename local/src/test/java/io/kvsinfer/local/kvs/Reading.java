package io.kvsinfer.local.kvs;

import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import java.net.http.HttpClient;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/** How the worker reads a stream of the local KVS, where tests of sources do it alike. */
final class Reading {
  private static final String REGION = "us-east-1";

  private Reading() {}

  /** Connections of GetMedia as the worker makes them. */
  static KvsMediaConnections connections(
      KinesisVideoClient control, HttpClient http, String stream) {
    return new KvsMediaConnections(
        control, endpoint -> KvsMediaConnections.client(endpoint, REGION, http), stream, REGION);
  }

  /** Reads a source to its end on a thread of its own; what came is in the source's account. */
  static Thread toTheEnd(FragmentSource source) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            while (!(source.next() instanceof SourceEvent.End)) {
              // the account counts it
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
