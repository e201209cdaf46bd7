package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    Instant end = fragment.serverTimestamp().plusNanos(fragment.durationUs() * 1000);
    long behind = Math.max(0, now.toEpochMilli() - end.toEpochMilli());
    Map<String, String> after = new LinkedHashMap<>();
    after.put(TAG + "MILLIS_BEHIND_NOW", Long.toString(behind));
    after.put(TAG + "CONTINUATION_TOKEN", fragment.number());
    mkv.tags(after);
    out.flush();
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
    Map<String, String> before = new LinkedHashMap<>();
    before.put(TAG + "FRAGMENT_NUMBER", fragment.number());
    before.put(TAG + serverTag, seconds(fragment.serverTimestamp()));
    before.put(TAG + producerTag, seconds(fragment.producerTimestamp()));
    mkv.tags(before);
    long zeroMs = fragment.producerTimestamp().toEpochMilli();
    List<MatroskaEvent.Frame> cluster = new ArrayList<>();
    long clusterMs = zeroMs;
    for (Sample sample : samples) {
      long ms = zeroMs + Math.floorDiv(sample.presentUs() + 500, 1000);
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
  void error(Fragment fragment, int id, String code) throws IOException {
    tagsAlone(fragment, Map.of(TAG + "ERROR_ID", Integer.toString(id), TAG + "ERROR_CODE", code));
  }

  /** A fragment of the list that cannot be sent. */
  void missing(Fragment likely, String number, int id, String message) throws IOException {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put(TAG + "FRAGMENT_NUMBER", number);
    tags.put(TAG + "EXCEPTION_ERROR_CODE", Integer.toString(id));
    tags.put(TAG + "EXCEPTION_MESSAGE", message);
    tagsAlone(likely, tags);
  }

  private void tagsAlone(Fragment fragment, Map<String, String> tags) throws IOException {
    mkv.header(fragment.track());
    mkv.tags(tags);
    out.flush();
  }

  private static String seconds(Instant time) {
    return ApiRequest.seconds(time).toPlainString();
  }
}
