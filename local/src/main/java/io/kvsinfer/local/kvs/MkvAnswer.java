package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes fragments as GetMedia and GetMediaForFragmentList answer them: each a Matroska segment of
 * unknown size, what it is in tags before its cluster, how far it is read in tags after it. Cluster
 * times are the producer's, in milliseconds since 1970.
 */
final class MkvAnswer {
  static final String TAG = "AWS_KINESISVIDEO_";

  /** Blocks count from their cluster in 16 bits. */
  private static final long LONGEST_CLUSTER_MS = 30_000;

  private final OutputStream out;
  private final MatroskaWriter mkv;

  MkvAnswer(OutputStream out) {
    this.out = out;
    this.mkv = new MatroskaWriter(out);
  }

  /** A fragment as GetMedia sends it. */
  void live(Fragment fragment, Instant now) throws IOException {
    begin(fragment, "SERVER_TIMESTAMP", "PRODUCER_TIMESTAMP");
    after(fragment.number(), fragment.serverTimestamp(), fragment.durationUs(), now);
  }

  /**
   * A fragment that comes in, frame by frame as they come.
   *
   * @param patience how long to wait for a frame
   * @return whether it came to its end
   */
  boolean coming(ComingFragment fragment, Duration patience, InstantSource clock)
      throws IOException, InterruptedException {
    mkv.header(fragment.track());
    mkv.tags(
        before(
            fragment.number(),
            fragment.serverTimestamp(),
            "SERVER_TIMESTAMP",
            fragment.producerTimestamp(),
            "PRODUCER_TIMESTAMP"));
    long zeroMs = fragment.producerTimestamp().toEpochMilli();
    long clusterMs = zeroMs;
    mkv.startCluster(clusterMs);
    out.flush();
    long lastUs = 0;
    Optional<Sample> next = fragment.awaitSample(0, patience);
    for (int i = 1; next.isPresent(); i++) {
      Sample sample = next.get();
      lastUs = Math.max(lastUs, sample.presentUs());
      long ms = shownAt(zeroMs, sample);
      if (ms - clusterMs > LONGEST_CLUSTER_MS) {
        clusterMs = ms;
        mkv.startCluster(clusterMs);
      }
      mkv.frame(sample.data(), ms, sample.keyframe());
      out.flush();
      next = fragment.awaitSample(i, patience);
    }
    if (fragment.isWhole()) {
      after(fragment.number(), fragment.serverTimestamp(), lastUs, clock.instant());
    }
    return fragment.isWhole();
  }

  private void after(String number, Instant serverTimestamp, long durationUs, Instant now)
      throws IOException {
    Instant end = serverTimestamp.plusNanos(durationUs * 1000);
    long behind = Math.max(0, now.toEpochMilli() - end.toEpochMilli());
    Map<String, String> after = new LinkedHashMap<>();
    after.put(TAG + "MILLIS_BEHIND_NOW", Long.toString(behind));
    after.put(TAG + "CONTINUATION_TOKEN", number);
    mkv.tags(after);
    out.flush();
  }

  private static Map<String, String> before(
      String number, Instant server, String serverTag, Instant producer, String producerTag) {
    Map<String, String> before = new LinkedHashMap<>();
    before.put(TAG + "FRAGMENT_NUMBER", number);
    before.put(TAG + serverTag, seconds(server));
    before.put(TAG + producerTag, seconds(producer));
    return before;
  }

  private static long shownAt(long zeroMs, Sample sample) {
    return zeroMs + Math.floorDiv(sample.presentUs() + 500, 1000);
  }

  /** A fragment as GetMediaForFragmentList sends it, with its own spelling of the tags. */
  void archived(Fragment fragment) throws IOException {
    begin(fragment, "SERVER_SIDE_TIMESTAMP", "PRODUCER_SIDE_TIMESTAMP");
    out.flush();
  }

  private void begin(Fragment fragment, String serverTag, String producerTag) throws IOException {
    // First of all, for there may be none any more.
    List<Sample> samples = fragment.samples();
    mkv.header(fragment.track());
    mkv.tags(
        before(
            fragment.number(),
            fragment.serverTimestamp(),
            serverTag,
            fragment.producerTimestamp(),
            producerTag));
    long zeroMs = fragment.producerTimestamp().toEpochMilli();
    List<MatroskaEvent.Frame> cluster = new ArrayList<>();
    long clusterMs = zeroMs;
    for (Sample sample : samples) {
      long ms = shownAt(zeroMs, sample);
      if (ms - clusterMs > LONGEST_CLUSTER_MS) {
        mkv.cluster(clusterMs, cluster);
        cluster.clear();
        clusterMs = ms;
      }
      cluster.add(new MatroskaEvent.Frame(sample.data(), ms, sample.keyframe(), 1));
    }
    mkv.cluster(clusterMs, cluster);
  }

  /** An error in the middle of an answer of GetMedia, as tags. */
  void error(VideoTrack track, int id, String code) throws IOException {
    tagsAlone(track, Map.of(TAG + "ERROR_ID", Integer.toString(id), TAG + "ERROR_CODE", code));
  }

  /** A fragment of the list that cannot be sent. */
  void missing(Fragment likely, String number, int id, String message) throws IOException {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put(TAG + "FRAGMENT_NUMBER", number);
    tags.put(TAG + "EXCEPTION_ERROR_CODE", Integer.toString(id));
    tags.put(TAG + "EXCEPTION_MESSAGE", message);
    tagsAlone(likely.track(), tags);
  }

  private void tagsAlone(VideoTrack track, Map<String, String> tags) throws IOException {
    mkv.header(track);
    mkv.tags(tags);
    out.flush();
  }

  private static String seconds(Instant time) {
    return ApiRequest.seconds(time).toPlainString();
  }
}
