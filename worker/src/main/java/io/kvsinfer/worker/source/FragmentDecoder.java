package io.kvsinfer.worker.source;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes encoded frames one by one, with a decoder for as long as the track stays the same.
 * Pictures of the old track come out before those of a new one. Used under one lock.
 */
public final class FragmentDecoder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FragmentDecoder.class);

  private final Queue<EncodedFrame> waiting = new ArrayDeque<>();
  private @Nullable VideoDecoder decoder;
  private boolean draining;
  private boolean ending;
  private boolean resting;
  private boolean resetting;

  public void add(Collection<EncodedFrame> frames) {
    waiting.addAll(frames);
  }

  /** Nothing more is added: pictures held back come out. */
  public void end() {
    ending = true;
  }

  /**
   * Pictures held back come out before {@link #next} is null again; what is added later must begin
   * with a keyframe.
   */
  public void rest() {
    resting = true;
  }

  /** Whether everything was decoded after {@link #end}. */
  public boolean ended() {
    return ending && waiting.isEmpty() && decoder == null;
  }

  /**
   * The next picture, decoding as much as is needed for it; null where more has to be added.
   *
   * @throws MediaException for a frame that cannot be decoded, which is passed over
   */
  public @Nullable VideoFrame next() throws MediaException {
    while (true) {
      VideoDecoder current = decoder;
      VideoFrame picture = current == null ? null : current.receive();
      if (picture != null) {
        return picture;
      }
      EncodedFrame frame = waiting.peek();
      if (current != null && resetting) {
        resetting = false;
        current.reset();
      } else if (current != null && draining) {
        close();
      } else if (current != null && (frame == null ? ending : other(current, frame.track()))) {
        current.end();
        draining = true;
      } else if (frame == null) {
        if (current == null || !resting) {
          resting = false;
          return null;
        }
        resting = false;
        current.end();
        resetting = true;
      } else {
        waiting.remove();
        VideoDecoder used = current == null ? open(frame.track()) : current;
        decoder = used;
        used.send(frame);
      }
    }
  }

  @Override
  public void close() {
    VideoDecoder current = decoder;
    decoder = null;
    draining = false;
    resetting = false;
    if (current != null) {
      current.close();
    }
  }

  /** Says what decodes, so that a GPU that is not used shows. */
  private static VideoDecoder open(VideoTrack track) throws MediaException {
    VideoDecoder opened = VideoDecoder.open(track);
    if (opened.refusal() == null) {
      log.info("{} is decoded {}", track, opened.hardware().words());
    } else {
      log.warn("{} is decoded {}: {}", track, opened.hardware().words(), opened.refusal());
    }
    return opened;
  }

  private static boolean other(VideoDecoder decoder, VideoTrack track) {
    return !decoder.track().equals(track);
  }
}
