package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** A stream: its description, which changes by version, and its fragments. Thread-safe. */
public final class VideoStream {
  /** What a stream without retention still buffers for GetMedia. */
  private static final Duration BUFFER_WITHOUT_RETENTION = Duration.ofMinutes(5);

  /**
   * The description as DescribeStream gives it.
   *
   * @param version changes with every update and must be named by the next one
   * @param retentionHours 0: nothing is kept for HLS and the archive
   */
  record Description(String version, String deviceName, String mediaType, int retentionHours) {}

  private final String name;
  private final String arn;
  private final Instant createdAt;
  private final FragmentStore fragments;
  private final FragmentNumbers numbers = new FragmentNumbers();
  private final Map<String, String> tags = new TreeMap<>();
  private Description description;

  /** A stream that keeps its fragments in memory. */
  VideoStream(String name, String arn, Instant createdAt, Description description, long maxBytes) {
    this(name, arn, createdAt, description, new FragmentStore(maxBytes, null));
  }

  VideoStream(
      String name,
      String arn,
      Instant createdAt,
      Description description,
      FragmentStore fragments) {
    this.name = name;
    this.arn = arn;
    this.createdAt = createdAt;
    this.description = description;
    this.fragments = fragments;
  }

  public String name() {
    return name;
  }

  public String arn() {
    return arn;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public FragmentStore fragments() {
    return fragments;
  }

  synchronized Description description() {
    return description;
  }

  /**
   * Changes the description.
   *
   * @param expectedVersion the version the caller has seen
   * @throws ApiException VersionMismatchException when it is not the present one
   */
  synchronized void update(
      String expectedVersion, String deviceName, String mediaType, int retentionHours) {
    checkVersion(expectedVersion);
    description = new Description(newVersion(), deviceName, mediaType, retentionHours);
  }

  synchronized void checkVersion(String expected) {
    if (!expected.equals(description.version)) {
      throw ApiException.badRequest(
          "VersionMismatchException",
          "The version of stream " + name + " is not the given one; describe the stream again.");
    }
  }

  synchronized Map<String, String> tags() {
    return Map.copyOf(tags);
  }

  /**
   * @param most tags that a stream has
   */
  synchronized void tag(Map<String, String> more, int most) {
    Map<String, String> all = new TreeMap<>(tags);
    all.putAll(more);
    if (all.size() > most) {
      throw ApiException.badRequest(
          "TagsPerResourceExceededLimitException", "A stream has at most " + most + " tags.");
    }
    tags.putAll(more);
  }

  synchronized void untag(List<String> keys) {
    keys.forEach(tags::remove);
  }

  /**
   * Takes a fragment in: mints its number and keeps it as long as the retention says.
   *
   * @param serverTimestamp when the first of it came in; put later where it would not be after the
   *     one before
   * @param now when all of it was there
   */
  Fragment ingest(
      Instant producerTimestamp,
      Instant serverTimestamp,
      Instant now,
      VideoTrack track,
      List<Sample> samples,
      long durationUs) {
    return ingest(
        numberFor(now), producerTimestamp, serverTimestamp, now, track, samples, durationUs);
  }

  /** The number of a fragment that begins to come in. */
  String numberFor(Instant now) {
    return numbers.next(now);
  }

  /**
   * Takes in a fragment whose number was minted when it began. Where another one came in meanwhile,
   * it gets a new number, for a reader that has read on would never see the old one.
   */
  Fragment ingest(
      String number,
      Instant producerTimestamp,
      Instant serverTimestamp,
      Instant now,
      VideoTrack track,
      List<Sample> samples,
      long durationUs) {
    synchronized (numbers) {
      Fragment fragment =
          new Fragment(
              overtaken(number) ? numbers.next(now) : number,
              producerTimestamp,
              taken(serverTimestamp),
              track,
              samples,
              durationUs);
      fragments.append(fragment, kept());
      return fragment;
    }
  }

  /**
   * A fragment begins to come in: readers of GetMedia get its frames as they come.
   *
   * @param number minted when it began
   * @return the fragment; empty where another one comes in at the same time, by another producer
   */
  Optional<ComingFragment> begin(
      String number, Instant producerTimestamp, Instant serverTimestamp, VideoTrack track) {
    synchronized (numbers) {
      ComingFragment begun =
          new ComingFragment(number, producerTimestamp, taken(serverTimestamp), track);
      return fragments.show(begun) ? Optional.of(begun) : Optional.empty();
    }
  }

  /** Takes in the fragment that began so; its readers know its number, which stays. */
  Fragment finish(ComingFragment begun, List<Sample> samples, long durationUs) {
    synchronized (numbers) {
      Fragment fragment =
          new Fragment(
              begun.number(),
              begun.producerTimestamp(),
              begun.serverTimestamp(),
              begun.track(),
              samples,
              durationUs);
      fragments.append(fragment, kept(), begun);
      return fragment;
    }
  }

  /** The fragment that began so never comes to its end. */
  void giveUp(ComingFragment begun) {
    fragments.hide(begun);
  }

  private Instant taken(Instant serverTimestamp) {
    Instant earliest =
        fragments
            .newest()
            .map(newest -> newest.serverTimestamp().plusMillis(1))
            .orElse(Instant.MIN);
    return serverTimestamp.isBefore(earliest) ? earliest : serverTimestamp;
  }

  private boolean overtaken(String number) {
    return fragments
        .newest()
        .filter(newest -> FragmentNumbers.ORDER.compare(newest.number(), number) >= 0)
        .isPresent();
  }

  /**
   * @throws ApiException NoDataRetentionException when nothing is kept for the archive
   */
  void requireRetention() {
    if (description().retentionHours() == 0) {
      throw ApiException.badRequest(
          "NoDataRetentionException",
          "The stream " + name + " has DataRetentionInHours 0; this needs more than 0.");
    }
  }

  /** How long a fragment is kept. */
  private Duration kept() {
    int hours = description().retentionHours();
    return hours == 0 ? BUFFER_WITHOUT_RETENTION : Duration.ofHours(hours);
  }

  static String newVersion() {
    byte[] random = new byte[10];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
