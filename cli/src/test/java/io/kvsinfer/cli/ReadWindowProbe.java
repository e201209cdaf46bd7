package io.kvsinfer.cli;

import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.FrameSource;
import io.kvsinfer.worker.source.file.FileSource;
import java.awt.Robot;
import java.time.Duration;
import java.time.Instant;

/** Shows the first frame of a file in a window and prints the colour that the screen has there. */
final class ReadWindowProbe {
  private ReadWindowProbe() {}

  public static void main(String[] args) throws Exception {
    FileSource file =
        new FileSource(args[0], Instant.EPOCH, FileSource.Pace.AS_READ, () -> Instant.EPOCH);
    try (FrameSource frames = new FrameSource("probe", file);
        ReadWindow window = ReadWindow.open("probe", () -> {}).orElseThrow()) {
      frames.start();
      try (VideoFrame frame = frames.iterator().next()) {
        window.show(frame);
      }
      Robot robot = new Robot();
      Eventually.until(
          "the picture is on the screen",
          Duration.ofSeconds(60),
          () -> window.painted() > 0 && robot.getPixelColor(60, 60).getBlue() > 150);
      System.out.println(robot.getPixelColor(60, 60));
    }
    System.exit(0);
  }
}
