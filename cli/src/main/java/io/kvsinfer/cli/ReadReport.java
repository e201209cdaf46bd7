package io.kvsinfer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.source.SourceAccount;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code read} prints: a line per frame and a summary. */
final class ReadReport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final ObjectMapper mapper = new ObjectMapper();
  private final PrintWriter out;
  private final boolean json;
  private long index;
  private long frames;

  ReadReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Frames that counted so far. */
  long frames() {
    return frames;
  }

  /**
   * The next frame of the source.
   *
   * @param looked whether it counts; one that does not still has a number
   */
  void frame(VideoFrame frame, boolean looked) throws JsonProcessingException {
    long number = index++;
    if (!looked) {
      return;
    }
    frames++;
    if (json) {
      FrameTime time = frame.time();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("frame", number);
      line.put("captured_at", TIME.format(time.capturedAt()));
      Instant serverAt = time.serverAt();
      if (serverAt != null) {
        line.put("server_at", TIME.format(serverAt));
      }
      String fragment = time.fragmentNumber();
      if (fragment != null) {
        line.put("fragment_number", fragment);
      }
      line.put("offset_ms", time.offsetMs());
      line.put("width", frame.width());
      line.put("height", frame.height());
      line.put("keyframe", time.keyframe());
      out.println(mapper.writeValueAsString(line));
    }
  }

  /** The last line. */
  void summary(SourceAccount account, long decodeErrors, Optional<Codec> codec)
      throws JsonProcessingException {
    long errors = account.readErrors() + decodeErrors;
    String name = codec.map(c -> c.name().toLowerCase(Locale.ROOT)).orElse("");
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("frames", frames);
      line.put("fragments", account.fragments());
      line.put("gaps", account.gaps());
      line.put("errors", errors);
      line.put("reconnects", account.reconnects());
      if (!name.isEmpty()) {
        line.put("codec", name);
      }
      out.println(mapper.writeValueAsString(line));
    } else {
      out.printf(
          "%d frames%s in %d fragments, %d gaps, %d errors, %d reconnects%n",
          frames,
          name.isEmpty() ? "" : " of " + name,
          account.fragments(),
          account.gaps(),
          errors,
          account.reconnects());
    }
    out.flush();
  }
}
