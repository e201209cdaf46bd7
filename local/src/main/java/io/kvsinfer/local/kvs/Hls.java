package io.kvsinfer.local.kvs;

import io.kvsinfer.local.kvs.HlsRequest.Mode;
import io.kvsinfer.local.kvs.HlsSession.Window;
import io.kvsinfer.media.decode.FragmentMuxer;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** HLS: opens sessions, and serves their playlists, init and media fragments. */
final class Hls {
  static final String PATH = "/hls/v1/";

  private static final Duration LIVE_AGE = Duration.ofSeconds(30);
  private static final String PLAYLIST = "application/x-mpegURL";
  private static final String NO_FRAGMENTS =
      "No fragments found in the stream for the streaming request.";
  private static final String NOT_KEPT = "The fragment is not kept (any more).";
  private static final String MP4 = "video/mp4";

  private final Streams streams;
  private final HlsSessions sessions;
  private final RateLimits limits;
  private final KvsServer.Options options;
  private final URI endpoint;

  Hls(
      Streams streams,
      HlsSessions sessions,
      RateLimits limits,
      KvsServer.Options options,
      URI endpoint) {
    this.streams = streams;
    this.sessions = sessions;
    this.limits = limits;
    this.options = options;
    this.endpoint = endpoint;
  }

  /** GetHLSStreamingSessionURL. */
  Reply sessionUrl(ApiRequest call) {
    HlsRequest request = HlsRequest.of(call);
    VideoStream stream = streams.of(call);
    limits.check("GetHLSStreamingSessionURL", stream.name(), 25);
    stream.requireRetention();
    CodecStrings.of(sample(stream, request).track());
    HlsSession session = sessions.open(stream, request);
    String url = endpoint + PATH + "getHLSMasterPlaylist.m3u8?SessionToken=" + session.token();
    return Reply.json(Map.of("HLSStreamingSessionURL", url));
  }

  private Fragment sample(VideoStream stream, HlsRequest request) {
    if (request.mode() == Mode.LIVE) {
      Instant oldest = options.clock().instant().minus(LIVE_AGE);
      return stream
          .fragments()
          .newest()
          .filter(newest -> !end(newest).isBefore(oldest))
          .orElseThrow(() -> ApiException.notFound(NO_FRAGMENTS));
    }
    return HlsSession.selected(stream, request).stream()
        .findFirst()
        .orElseThrow(() -> ApiException.notFound(NO_FRAGMENTS));
  }

  private static Instant end(Fragment fragment) {
    return fragment.serverTimestamp().plusNanos(fragment.durationUs() * 1000);
  }

  /** The stream of the session that a request names, also of one that has expired. */
  Optional<String> streamOf(Map<String, String> query) {
    return sessions.find(query.get("SessionToken")).map(session -> session.stream().name());
  }

  /** A GET below {@link #PATH}. */
  Reply get(String name, Map<String, String> query) {
    HlsSession session = sessions.of(query.get("SessionToken"));
    return switch (name) {
      case "getHLSMasterPlaylist.m3u8" -> master(session);
      case "getHLSMediaPlaylist.m3u8" -> media(session);
      case "getMP4InitFragment.mp4" -> init(session, query);
      case "getMP4MediaFragment.mp4" -> fragment(session, query);
      default -> throw ApiException.notFound("There is no " + PATH + name + ".");
    };
  }

  private Reply master(HlsSession session) {
    limits.check("GetHLSMasterPlaylist", session, 5);
    Fragment newest =
        session.stream()
            .fragments()
            .newest()
            .orElseThrow(() -> ApiException.notFound("The stream has no fragments any more."));
    return Reply.text(PLAYLIST, Playlists.master(session, newest));
  }

  private Reply media(HlsSession session) {
    limits.check("GetHLSMediaPlaylist", session, 5);
    Window window = session.refresh(options.clock().instant());
    if (window.entries().isEmpty()) {
      throw ApiException.notFound("The stream has no fragments for this session.");
    }
    return Reply.text(PLAYLIST, Playlists.media(session, window));
  }

  private Reply init(HlsSession session, Map<String, String> query) {
    limits.check("GetMP4InitFragment", session, 5);
    VideoTrack track =
        session
            .entry(sequence(query))
            .or(session::newest)
            .orElseThrow(() -> ApiException.notFound("No media playlist was asked for yet."))
            .track();
    return Reply.bytes(MP4, FragmentMuxer.init(track));
  }

  private Reply fragment(HlsSession session, Map<String, String> query) {
    limits.check("GetMP4MediaFragment", session, 20);
    String number = query.getOrDefault("FragmentNumber", "");
    Fragment fragment =
        session.stream()
            .fragments()
            .find(number)
            .orElseThrow(() -> ApiException.notFound(NOT_KEPT));
    List<Sample> samples = placed(stored(fragment), session.timelineUs(fragment));
    long decodedUs = samples.getLast().decodeUs() - samples.getFirst().decodeUs();
    return Reply.bytes(
        MP4,
        FragmentMuxer.segment(
            fragment.track(),
            sequence(query) + 1,
            samples,
            Math.max(fragment.durationUs(), decodedUs)));
  }

  private static List<Sample> stored(Fragment fragment) {
    try {
      return fragment.samples();
    } catch (UncheckedIOException e) {
      throw ApiException.notFound(NOT_KEPT);
    }
  }

  /** The samples with times on the session's timeline; the keyframe is shown at {@code zeroUs}. */
  private static List<Sample> placed(List<Sample> samples, long zeroUs) {
    long shift = Math.max(zeroUs, -samples.getFirst().decodeUs());
    List<Sample> placed = new ArrayList<>(samples.size());
    for (Sample s : samples) {
      placed.add(new Sample(s.data(), s.decodeUs() + shift, s.presentUs() + shift, s.keyframe()));
    }
    return placed;
  }

  private static int sequence(Map<String, String> query) {
    String text = query.getOrDefault("SequenceNumber", "0");
    if (!text.matches("\\d{1,9}")) {
      throw ApiException.invalid("SequenceNumber must be a whole number.");
    }
    return Integer.parseInt(text);
  }
}
