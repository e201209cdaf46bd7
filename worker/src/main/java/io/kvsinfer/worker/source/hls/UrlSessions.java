package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.kvs.Redacted;
import java.net.URI;
import java.util.Locale;

/** A playlist at a given http or https address, without KVS's control plane behind it. */
public final class UrlSessions implements HlsSessions {
  private final URI playlist;

  /**
   * @throws HlsStreamException where the address is not an http or https URL with a host
   */
  public UrlSessions(URI playlist) {
    String scheme = String.valueOf(playlist.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || playlist.getHost() == null) {
      throw new HlsStreamException(
          "a playlist address must be http://HOST/… or https://HOST/…", true, null);
    }
    this.playlist = playlist;
  }

  @Override
  public HlsSession open(Playback playback) {
    return new HlsSession(playlist, false, 0);
  }

  @Override
  public boolean replays() {
    return false;
  }

  @Override
  public String name() {
    return Redacted.uri(playlist);
  }
}
