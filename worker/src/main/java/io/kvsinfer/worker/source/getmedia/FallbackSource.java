package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceTime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A camera read by GetMedia, and by HLS while GetMedia keeps failing. GetMedia is tried again after
 * a minute, then less and less often; it takes over between two fragments once media comes. Nothing
 * is lost or repeated at a change. Thread-safe as {@link FragmentSource} asks for.
 */
public final class FallbackSource implements FragmentSource {
  private static final Logger log = LoggerFactory.getLogger(FallbackSource.class);

  /**
   * When GetMedia is tried again.
   *
   * @param first time on HLS before the first try
   * @param longest most time between two tries; they double
   * @param trial how long GetMedia may take to bring media
   */
  record Probing(Duration first, Duration longest, Duration trial) {
    static final Probing DEFAULT =
        new Probing(Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofSeconds(10));
  }

  private final String cameraId;
  private final Function<@Nullable ReadPosition, GetMediaSource> getmedia;
  private final Function<@Nullable ReadPosition, FragmentSource> hls;
  private final SourceTime time;
  private final Probing probing;
  private final HandOver handOver = new HandOver();
  private final SourceSums closedSums = new SourceSums();
  private FragmentSource current;
  private boolean closed;
  private boolean onHls;
  private Duration untilProbe;
  private long probeAt;

  /**
   * A source that begins with GetMedia.
   *
   * @param getmedia opens GetMedia after a position, null for where the settings say
   * @param hls likewise with HLS
   */
  public FallbackSource(
      String cameraId,
      Function<@Nullable ReadPosition, GetMediaSource> getmedia,
      Function<@Nullable ReadPosition, FragmentSource> hls,
      SourceTime time) {
    this(cameraId, getmedia, hls, time, Probing.DEFAULT);
  }

  FallbackSource(
      String cameraId,
      Function<@Nullable ReadPosition, GetMediaSource> getmedia,
      Function<@Nullable ReadPosition, FragmentSource> hls,
      SourceTime time,
      Probing probing) {
    this.cameraId = cameraId;
    this.getmedia = getmedia;
    this.hls = hls;
    this.time = time;
    this.probing = probing;
    this.untilProbe = probing.first();
    this.current = getmedia.apply(null);
  }

  @Override
  public SourceEvent next() throws InterruptedException {
    while (true) {
      SourceEvent event = onHls && time.nanos() - probeAt >= 0 ? probe() : null;
      if (event == null) {
        event = read();
      }
      SourceEvent handed = event == null ? null : handOver.pass(event);
      if (handed != null) {
        return handed;
      }
    }
  }

  /** The next event of what is read now; null where HLS took over instead. */
  private @Nullable SourceEvent read() throws InterruptedException {
    try {
      return source().next();
    } catch (FrameSourceException e) {
      if (onHls) {
        throw e;
      }
      log.warn("camera {}: HLS takes over from GetMedia: {}", cameraId, e.getMessage());
      onHls = true;
      schedule();
      change(hls.apply(handOver.position()));
      return null;
    }
  }

  /** Tries GetMedia; its first event, null where none came and HLS goes on. */
  private @Nullable SourceEvent probe() throws InterruptedException {
    GetMediaSource trial = getmedia.apply(handOver.position());
    boolean taken = false;
    try {
      SourceEvent event = trial.next(probing.trial());
      if (event != null && !isClosed()) {
        log.info("camera {}: GetMedia works again and takes over from HLS", cameraId);
        onHls = false;
        untilProbe = probing.first();
        taken = true;
        change(trial);
        return event;
      }
      log.info("camera {}: GetMedia sent nothing, HLS goes on", cameraId);
    } catch (FrameSourceException e) {
      log.info("camera {}: GetMedia still fails, HLS goes on: {}", cameraId, e.getMessage());
    } finally {
      if (!taken) {
        trial.close();
      }
    }
    Duration doubled = untilProbe.multipliedBy(2);
    untilProbe = doubled.compareTo(probing.longest()) > 0 ? probing.longest() : doubled;
    schedule();
    return null;
  }

  private void schedule() {
    probeAt = time.nanos() + untilProbe.toNanos();
  }

  private synchronized void change(FragmentSource next) {
    current.close();
    closedSums.add(current);
    current = next;
    if (closed) {
      next.close();
    }
  }

  private synchronized FragmentSource source() {
    return current;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public ConnectionState state() {
    return source().state();
  }

  @Override
  public Optional<String> trouble() {
    return source().trouble();
  }

  @Override
  public boolean stalled() {
    return source().stalled();
  }

  @Override
  public synchronized SourceAccount account() {
    return closedSums.account(current.account(), handOver.gaps());
  }

  @Override
  public synchronized GapAccount gaps() {
    return closedSums.gaps(current.gaps(), handOver.gapAccount());
  }

  @Override
  public synchronized void close() {
    closed = true;
    current.close();
  }
}
