package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.hls.HlsFailure.Kind;
import io.kvsinfer.worker.source.kvs.Redacted;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.model.Variant;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.lindstrom.m3u8.parser.ParsingMode;
import io.lindstrom.m3u8.parser.PlaylistParserException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Playlists (RFC 8216) as KVS writes them, and as much of others as is needed. What a playlist
 * names is only taken from the host it came from, by the same scheme.
 */
final class Playlists {
  private static final long LAST_SEQUENCE = 1L << 53;

  private static final double LONGEST_SECONDS = 3600;

  private Playlists() {}

  /** Whether this is a master playlist rather than a media playlist. */
  static boolean isMaster(byte[] text) {
    return string(text).contains("#EXT-X-STREAM-INF");
  }

  /** The media playlist of highest bandwidth. */
  static URI mediaPlaylist(URI at, byte[] text) throws HlsFailure {
    try {
      List<Variant> variants =
          new MasterPlaylistParser(ParsingMode.LENIENT).readPlaylist(string(text)).variants();
      Variant best =
          variants.stream()
              .max(Comparator.comparingLong(Variant::bandwidth))
              .orElseThrow(() -> new BadValueException("no media playlist is in it"));
      return child(at, best.uri());
    } catch (PlaylistParserException | RuntimeException e) {
      throw unreadable("master playlist", at, e);
    }
  }

  /** A media playlist's segments with their times and initialisation segments. */
  static Window window(URI at, byte[] text) throws HlsFailure {
    try {
      MediaPlaylist playlist =
          new MediaPlaylistParser(ParsingMode.LENIENT).readPlaylist(string(text));
      long first = playlist.mediaSequence();
      if (first < 0 || first > LAST_SEQUENCE) {
        throw new BadValueException("media sequence " + first + " is none");
      }
      List<Segment> segments = new ArrayList<>();
      URI init = null;
      Instant next = null;
      for (MediaSegment s : playlist.mediaSegments()) {
        refuseUnsupported(s, at);
        if (s.segmentMap().isPresent()) {
          init = child(at, s.segmentMap().get().uri());
        }
        URI uri = child(at, s.uri());
        Duration duration = duration(s.duration());
        Instant start = s.programDateTime().map(Playlists::time).orElse(next);
        next = start == null ? null : start.plus(duration);
        segments.add(
            new Segment(
                first + segments.size(), query(uri, "FragmentNumber"), uri, init, start, duration));
      }
      return new Window(
          first,
          segments,
          Duration.ofSeconds(Math.clamp(playlist.targetDuration(), 1, 60)),
          !playlist.ongoing());
    } catch (HlsStreamException e) {
      throw e;
    } catch (PlaylistParserException | RuntimeException e) {
      throw unreadable("media playlist", at, e);
    }
  }

  private static Duration duration(double seconds) {
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
      throw new BadValueException("a segment of " + seconds + " s is none");
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** A producer's clock may be wrong, but a time far off would make every sum with it fail. */
  private static Instant time(OffsetDateTime given) {
    if (given.getYear() < 1900 || given.getYear() > 9999) {
      throw new BadValueException("a date of the year " + given.getYear() + " is none");
    }
    return given.toInstant();
  }

  /** Value of a query parameter, null if it is not there. */
  static @Nullable String query(URI uri, String name) {
    String query = uri.getRawQuery();
    if (query == null) {
      return null;
    }
    for (String part : query.split("&", -1)) {
      if (part.startsWith(name + "=")) {
        return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private static URI child(URI at, String reference) {
    URI uri = at.resolve(reference);
    if (!sameOrigin(at, uri)) {
      throw new HlsStreamException(
          "the playlist at %s names media on another host (%s); only the session's own host is read"
              .formatted(Redacted.uri(at), origin(uri)),
          true,
          null);
    }
    return uri;
  }

  /** Whether both are on one host and port, by one scheme. */
  static boolean sameOrigin(URI a, URI b) {
    return origin(a).equals(origin(b));
  }

  private static String origin(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  private static void refuseUnsupported(MediaSegment segment, URI at) {
    boolean encrypted =
        segment.segmentKey().filter(k -> !k.method().toString().equals("NONE")).isPresent();
    boolean ranged =
        segment.byteRange().isPresent()
            || segment.segmentMap().filter(m -> m.byteRange().isPresent()).isPresent();
    if (encrypted || ranged) {
      throw new HlsStreamException(
          "the playlist at %s has %s; only plain whole segments are read"
              .formatted(Redacted.uri(at), encrypted ? "encrypted segments" : "byte ranges"),
          true,
          null);
    }
  }

  /** Without what others say: a parser repeats the text it stumbled on, and the token is in it. */
  private static HlsFailure unreadable(String what, URI at, Exception e) throws HlsFailure {
    if (e instanceof HlsStreamException refused) {
      throw refused;
    }
    String why =
        e instanceof BadValueException
            ? e.getMessage()
            : "it is not as RFC 8216 has it (" + e.getClass().getSimpleName() + ")";
    return new HlsFailure(
        Kind.UNREADABLE, "%s cannot be read: %s (%s)".formatted(what, why, Redacted.uri(at)), null);
  }

  /** A value that cannot be, told in words that hold nothing of the playlist but that value. */
  private static final class BadValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadValueException(String message) {
      super(message);
    }
  }

  private static String string(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
