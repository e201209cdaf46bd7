package io.kvsinfer.cli;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.ImageDecoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Pictures of one file: the picture itself, or every frame of a video in order. */
final class PictureInput {
  private static final Set<String> VIDEO_ENDINGS =
      Set.of("mp4", "mov", "m4v", "mkv", "webm", "avi", "ts", "h264", "h265", "mjpeg");

  /** Told as damaged or not read, rather than passed over in silence. */
  private static final Set<String> PICTURE_ENDINGS =
      Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "heic", "heif", "avif");

  private final Path file;
  private int damaged;

  PictureInput(Path file) {
    this.file = file;
  }

  /** Takes one picture; it is closed afterwards. */
  @FunctionalInterface
  interface Taker {
    void take(int frame, VideoFrame picture) throws IOException, MediaException;
  }

  /**
   * The files meant by a path: itself, or of a folder the pictures and videos in it by name.
   *
   * @throws IOException where there is nothing to look at
   */
  static List<Path> files(Path input) throws IOException {
    if (!Files.isDirectory(input)) {
      if (!Files.isRegularFile(input)) {
        throw new IOException("--input " + input + ": there is no such file or folder");
      }
      return List.of(input);
    }
    List<Path> inside;
    try (Stream<Path> all = Files.list(input)) {
      inside = all.filter(Files::isRegularFile).sorted().toList();
    }
    List<Path> usable = inside.stream().filter(PictureInput::isPictureOrVideo).toList();
    if (usable.isEmpty()) {
      throw new IOException(
          "--input %s: none of its %d files is a picture or a video"
              .formatted(input, inside.size()));
    }
    return usable;
  }

  private static boolean isPictureOrVideo(Path file) {
    String ending = ending(file);
    if (VIDEO_ENDINGS.contains(ending) || PICTURE_ENDINGS.contains(ending)) {
      return true;
    }
    try {
      return ImageDecoder.isImage(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }

  Path file() {
    return file;
  }

  /** Frames that could not be decoded so far. */
  int damaged() {
    return damaged;
  }

  /**
   * Hands every picture on, in order; frames count from 0.
   *
   * @throws MediaException naming the file, where it cannot be read or there is not one picture in
   *     it
   * @throws IOException of the taker's
   */
  void forEach(Taker taker) throws IOException, MediaException {
    if (PICTURE_ENDINGS.contains(ending(file)) || isImage()) {
      try (VideoFrame picture = still()) {
        taker.take(0, picture);
      }
      return;
    }
    try (FileDemuxer demuxer = FileDemuxer.open(file.toString());
        VideoDecoder decoder =
            VideoDecoder.open(demuxer.track(), Runtime.getRuntime().availableProcessors())) {
      int frame = 0;
      for (Sample sample = demuxer.next(); sample != null; sample = demuxer.next()) {
        FrameTime time = time(sample.presentUs(), sample.keyframe());
        try {
          decoder.send(new EncodedFrame(demuxer.track(), sample.data(), time));
        } catch (MediaException e) {
          // One bad frame does not end a video; how many there were is said at the end.
          damaged++;
        }
        frame = receive(decoder, frame, taker);
      }
      decoder.end();
      if (receive(decoder, frame, taker) == 0) {
        throw new MediaException("%s: not one picture of it can be decoded".formatted(file));
      }
    }
  }

  private boolean isImage() throws MediaException {
    try {
      return ImageDecoder.isImage(file);
    } catch (IOException e) {
      throw unread(e);
    }
  }

  private VideoFrame still() throws MediaException {
    try {
      return ImageDecoder.decode(Files.readAllBytes(file), time(0, true));
    } catch (MediaException e) {
      throw new MediaException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw unread(e);
    }
  }

  private MediaException unread(IOException e) {
    String why =
        e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    return new MediaException(file + ": " + why, e);
  }

  private static int receive(VideoDecoder decoder, int frame, Taker taker)
      throws IOException, MediaException {
    int next = frame;
    for (VideoFrame picture = decoder.receive(); picture != null; picture = decoder.receive()) {
      try (VideoFrame p = picture) {
        taker.take(next++, p);
      }
    }
    return next;
  }

  private static FrameTime time(long presentUs, boolean keyframe) {
    long millis = presentUs / 1000;
    return new FrameTime(Instant.ofEpochMilli(millis), null, null, millis, keyframe, false);
  }
}
