package io.kvsinfer.local.kvs;

import io.kvsinfer.local.kvs.HlsSession.Entry;
import io.kvsinfer.local.kvs.HlsSession.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes playlists with the tags, their order and the relative addresses that KVS uses. {@code
 * EXT-X-DISCONTINUITY-SEQUENCE} stands only where it is above 0, where RFC 8216 demands it of a
 * playlist that has dropped a mark.
 */
final class Playlists {
  static final int TRACK_NUMBER = 1;

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Playlists() {}

  static String master(HlsSession session, Fragment sample) {
    double seconds = sample.durationUs() / 1e6;
    return """
    #EXTM3U
    #EXT-X-VERSION:1
    #EXT-X-STREAM-INF:CODECS="%s",RESOLUTION=%dx%d,FRAME-RATE=%.2f,BANDWIDTH=%d
    getHLSMediaPlaylist.m3u8?SessionToken=%s&TrackNumber=%d
    """
        .formatted(
            CodecStrings.of(sample.track()),
            sample.track().width(),
            sample.track().height(),
            sample.samples().size() / seconds,
            Math.round(sample.bytes() * 8 / seconds),
            session.token(),
            TRACK_NUMBER);
  }

  static String media(HlsSession session, Window window) {
    StringBuilder text = new StringBuilder(256 + 256 * window.entries().size());
    Entry first = window.entries().getFirst();
    text.append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:")
        .append((long) Math.ceil(window.longestUs() / 1e6))
        .append("\n#EXT-X-MEDIA-SEQUENCE:")
        .append(first.sequence())
        .append('\n');
    if (first.marksBefore() > 0) {
      text.append("#EXT-X-DISCONTINUITY-SEQUENCE:").append(first.marksBefore()).append('\n');
    }
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    for (Entry entry : window.entries()) {
      append(text, session, entry, entry.equals(first));
    }
    if (window.complete()) {
      text.append("#EXT-X-ENDLIST\n");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, HlsSession session, Entry entry, boolean first) {
    if (entry.discontinuity()) {
      text.append("#EXT-X-DISCONTINUITY\n");
    }
    if (first || entry.newTrack()) {
      text.append("#EXT-X-MAP:URI=\"getMP4InitFragment.mp4?SessionToken=")
          .append(session.token())
          .append("&TrackNumber=")
          .append(TRACK_NUMBER)
          .append("&SequenceNumber=")
          .append(entry.sequence())
          .append("\"\n");
    }
    if (session.request().showTimestamps()) {
      text.append("#EXT-X-PROGRAM-DATE-TIME:").append(dateTime(entry.timestamp())).append('\n');
    }
    text.append("#EXTINF:")
        .append(seconds(entry.durationUs()))
        .append(",\ngetMP4MediaFragment.mp4?FragmentNumber=")
        .append(entry.number())
        .append("&SessionToken=")
        .append(session.token())
        .append("&TrackNumber=")
        .append(TRACK_NUMBER)
        .append("&SequenceNumber=")
        .append(entry.sequence())
        .append('\n');
  }

  static String dateTime(Instant time) {
    return DATE_TIME.format(time);
  }

  /** Milliseconds without trailing zeros: 2.68, 3.0. */
  private static String seconds(long durationUs) {
    return Double.toString(Math.round(durationUs / 1000.0) / 1000.0);
  }
}
