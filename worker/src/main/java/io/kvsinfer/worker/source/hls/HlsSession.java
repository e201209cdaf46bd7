package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.kvs.Redacted;
import java.net.URI;

/**
 * A session that can be played.
 *
 * @param playlist master or media playlist; its query may hold a credential
 * @param expires whether the URL is to be renewed after the configured time
 * @param maxFragments most fragments a playlist of it lists, 0 if unknown
 */
public record HlsSession(URI playlist, boolean expires, int maxFragments) {
  @Override
  public String toString() {
    return "HlsSession[" + Redacted.uri(playlist) + ", expires=" + expires + "]";
  }
}
