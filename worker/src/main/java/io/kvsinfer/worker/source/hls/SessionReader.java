package io.kvsinfer.worker.source.hls;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One open session: its media playlist as last read, the segment that is next, and its
 * initialisation segments. Used by one thread.
 */
final class SessionReader {
  private static final int PLAYLIST_LIMIT = 8 << 20;
  private static final int INIT_LIMIT = 1 << 20;

  /** KVS takes fragments of up to 50 MB. */
  private static final int MEDIA_LIMIT = 64 << 20;

  /** Initialisation segments kept by address; KVS may give each reload a new one. */
  private static final int INITS_KEPT = 16;

  private final HlsHttp http;
  private final Playback playback;
  private final HlsSession session;
  private final URI media;
  private final Lifetime life;
  private final long openedNanos;
  private final Map<URI, byte[]> inits = new HashMap<>();
  private byte[] lastInit = {};
  private byte[] text;
  private Window window;
  private long next;

  private SessionReader(
      HlsHttp http, Lifetime life, Playback playback, HlsSession session, URI media, byte[] text)
      throws HlsFailure {
    this.http = http;
    this.life = life;
    this.openedNanos = life.nanos();
    this.playback = playback;
    this.session = session;
    this.media = media;
    this.text = text;
    this.window = Playlists.window(media, text);
    this.next = window.firstSequence();
  }

  /** Reads a session's playlists for the first time. */
  static SessionReader open(HlsHttp http, Lifetime life, Playback playback, HlsSession session)
      throws HlsFailure, InterruptedException {
    URI at = session.playlist();
    byte[] text = http.get(at, PLAYLIST_LIMIT, "playlist");
    if (Playlists.isMaster(text)) {
      at = Playlists.mediaPlaylist(at, text);
      text = http.get(at, PLAYLIST_LIMIT, "media playlist");
    }
    return new SessionReader(http, life, playback, session, at, text);
  }

  /** Reads the media playlist again; true if it lists more than before. */
  boolean refresh() throws HlsFailure, InterruptedException {
    byte[] read = http.get(media, PLAYLIST_LIMIT, "media playlist");
    if (Arrays.equals(read, text)) {
      return false; // as most reads: what is the same is not taken apart again
    }
    Window before = window;
    window = Playlists.window(media, read);
    text = read;
    return window.end() != before.end() || window.firstSequence() != before.firstSequence();
  }

  /** Makes {@code sequence} the next segment. */
  void startAt(long sequence) {
    next = sequence;
  }

  long nextSequence() {
    return next;
  }

  /** The next segment, null if it is not listed yet. */
  @Nullable Segment next() {
    long index = next - window.firstSequence();
    return index < 0 || index >= window.segments().size()
        ? null
        : window.segments().get((int) index);
  }

  /** The next segment is done. */
  void advance() {
    next++;
  }

  /** Whether the playlist no longer lists the segment that is next. */
  boolean movedPast() {
    return next < window.firstSequence();
  }

  /** Whether the playlist began again with lower numbers. */
  boolean beganAgain() {
    return next > window.end();
  }

  Window window() {
    return window;
  }

  /** Whether a playlist of an archived range was cut at the most fragments it may list. */
  boolean cut() {
    return window.ended()
        && session.maxFragments() > 0
        && window.segments().size() >= session.maxFragments();
  }

  Playback playback() {
    return playback;
  }

  /** Whether its URL ends some day and was given out that long ago. */
  boolean expiresAfter(long seconds) {
    return session.expires() && life.nanos() - openedNanos >= seconds * 1_000_000_000L;
  }

  /**
   * The initialisation segment, empty where there is none. The same array as long as the bytes are
   * the same, whatever the address.
   */
  byte[] init(Segment segment) throws HlsFailure, InterruptedException {
    URI uri = segment.init();
    if (uri == null) {
      return new byte[0];
    }
    byte[] known = inits.get(uri);
    if (known == null) {
      byte[] read = http.get(uri, INIT_LIMIT, "init segment");
      known = Arrays.equals(read, lastInit) ? lastInit : read;
      if (inits.size() >= INITS_KEPT) {
        inits.clear();
      }
      inits.put(uri, known);
    }
    lastInit = known;
    return known;
  }

  /** The fragment's bytes. */
  byte[] media(Segment segment) throws HlsFailure, InterruptedException {
    return http.get(segment.uri(), MEDIA_LIMIT, segment.name());
  }
}
