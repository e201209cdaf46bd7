package io.kvsinfer.worker.sample;

import io.kvsinfer.media.decode.LumaScaler;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.file.FileSource;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the sizes of packets tell about a clip, groups of 2 s or as encoded: of the groups in which
 * something moves between the keyframes but not from keyframe to keyframe (which keyframes alone
 * would miss), how many are unusual; of those in which nothing moves, how many are.
 */
final class SizesReport {
  public static void main(String[] args) throws Exception {
    MotionSensitivity sensitivity = MotionSensitivity.of(0.5);
    PacketSizes sizes = new PacketSizes(sensitivity);
    int inside = 0;
    int found = 0;
    int quiet = 0;
    int alarmed = 0;
    int seen = 0;
    MotionDetector every = null;
    MotionDetector keys = null;
    try (FileSource source =
            new FileSource(args[0], Instant.EPOCH, FileSource.Pace.AS_READ, InstantSource.system());
        LumaScaler scaler = new LumaScaler()) {
      VideoDecoder decoder = null;
      while (source.next() instanceof SourceEvent.Fragment fragment) {
        List<EncodedFrame> group = fragment.frames();
        decoder = decoder == null ? VideoDecoder.open(group.getFirst().track()) : decoder;
        List<VideoFrame> pictures = new ArrayList<>();
        for (EncodedFrame frame : group) {
          decoder.send(frame);
          for (VideoFrame f = decoder.receive(); f != null; f = decoder.receive()) {
            pictures.add(f);
          }
        }
        decoder.end();
        for (VideoFrame f = decoder.receive(); f != null; f = decoder.receive()) {
          pictures.add(f);
        }
        decoder.reset();
        boolean keyMoves = false;
        boolean moves = false;
        for (int i = 0; i < pictures.size(); i++) {
          try (VideoFrame picture = pictures.get(i)) {
            MotionPicture size = MotionPicture.of(picture.width(), picture.height());
            if (every == null || keys == null) {
              boolean[] all = new boolean[size.cells()];
              Arrays.fill(all, true);
              every = new MotionDetector(size, all, sensitivity);
              keys = new MotionDetector(size, all, sensitivity);
            }
            byte[] grey = scaler.scale(picture, size.width(), size.height());
            Instant at = picture.time().capturedAt();
            if (i == 0) {
              keyMoves = keys.moves(at, grey);
            }
            moves |= i % 3 == 0 && every.moves(at, grey);
          }
        }
        boolean unusual = sizes.unusual(group);
        seen++;
        if (moves && !keyMoves) {
          inside++;
          found += unusual ? 1 : 0;
        } else if (!moves && !keyMoves) {
          quiet++;
          alarmed += unusual ? 1 : 0;
          sizes.learn(group);
        }
      }
      if (decoder != null) {
        decoder.close();
      }
    }
    System.out.printf(
        "  %s: %d groups; motion inside only: %d, of which unusual %d; still: %d, of which unusual %d%n",
        Path.of(args[0]).getFileName(), seen, inside, found, quiet, alarmed);
  }
}
