package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import java.util.List;
import java.util.Locale;

/**
 * Draws boxes and their labels into a picture: line and letters grow with the picture, one colour a
 * label, the same in every picture. Confined to one thread.
 */
public final class Annotator {
  private static final int BGR = 3;

  /** Height of a picture for each pixel that a line is wide. */
  private static final int LINE_HEIGHT = 200;

  /** Height of a picture for each pixel that a dot of a letter is wide. */
  private static final int LETTER_HEIGHT = 270;

  /** Colours told apart by most eyes, blue, green, red, bright enough for dark letters. */
  private static final int[][] COLOURS = {
    {0, 200, 255},
    {80, 230, 80},
    {255, 190, 60},
    {200, 130, 255},
    {60, 130, 255},
    {255, 255, 80},
    {60, 255, 180},
    {130, 90, 255}
  };

  private static final int[] INK = {20, 20, 20};

  private final byte[] pixels;
  private final int width;
  private final int height;
  private final int line;
  private final int dot;

  /**
   * An annotator of one picture.
   *
   * @param bgr packed BGR, {@code height × width × 3}; drawn into
   */
  public Annotator(byte[] bgr, int width, int height) {
    if (width < 1 || height < 1 || bgr.length != (long) BGR * width * height) {
      throw new IllegalArgumentException(
          "%d bytes are no BGR picture of %d×%d".formatted(bgr.length, width, height));
    }
    this.pixels = bgr;
    this.width = width;
    this.height = height;
    this.line = Math.max(2, Math.round(height / (float) LINE_HEIGHT));
    this.dot = Math.max(1, Math.round(height / (float) LETTER_HEIGHT));
  }

  /** Draws all, the best last so that it lies on top. */
  public void draw(List<Detection> detections) {
    for (Detection detection : detections.reversed()) {
      PlateReading reading = detection.reading();
      String text = reading == null || reading.text().isEmpty() ? "" : " " + reading.text();
      draw(detection.box(), detection.label(), text, detection.confidence());
      int[] colour = colour(detection.label());
      for (Point corner : detection.corners()) {
        int x = (int) Math.round(corner.x());
        int y = (int) Math.round(corner.y());
        fill(x - line, y - line, x + line + 1, y + line + 1, colour);
      }
    }
  }

  /**
   * Draws one box with its label and confidence above it, or below its upper edge where there is no
   * room.
   *
   * @param box pixels of the picture; what lies outside is not drawn
   */
  public void draw(Box box, String label, double confidence) {
    draw(box, label, "", confidence);
  }

  private void draw(Box box, String label, String text, double confidence) {
    int[] colour = colour(label);
    int left = (int) Math.round(box.x());
    int top = (int) Math.round(box.y());
    int right = (int) Math.round(box.right());
    int bottom = (int) Math.round(box.bottom());
    fill(left - line, top - line, right + line, top, colour);
    fill(left - line, bottom, right + line, bottom + line, colour);
    fill(left - line, top, left, bottom, colour);
    fill(right, top, right + line, bottom, colour);
    caption(
        left - line, top, String.format(Locale.ROOT, "%s%s %.2f", label, text, confidence), colour);
  }

  private void caption(int left, int top, String text, int[] colour) {
    int w = (text.length() * (Glyphs.WIDTH + 1) + 3) * dot;
    int h = (Glyphs.HEIGHT + 3) * dot;
    int x = Math.clamp(left, 0, Math.max(0, width - w));
    int y = top - h >= 0 ? top - h : Math.clamp(top, 0, Math.max(0, height - h));
    fill(x, y, x + w, y + h, colour);
    int at = x + 2 * dot;
    for (int i = 0; i < text.length(); i++) {
      glyph(text.charAt(i), at, y + 2 * dot);
      at += (Glyphs.WIDTH + 1) * dot;
    }
  }

  private void glyph(char c, int left, int top) {
    for (int y = 0; y < Glyphs.HEIGHT; y++) {
      for (int x = 0; x < Glyphs.WIDTH; x++) {
        if (Glyphs.isSet(c, x, y)) {
          int px = left + x * dot;
          int py = top + y * dot;
          fill(px, py, px + dot, py + dot, INK);
        }
      }
    }
  }

  private void fill(int left, int top, int right, int bottom, int[] colour) {
    int toX = Math.min(right, width);
    int toY = Math.min(bottom, height);
    for (int y = Math.max(0, top); y < toY; y++) {
      for (int x = Math.max(0, left); x < toX; x++) {
        int at = (y * width + x) * BGR;
        pixels[at] = (byte) colour[0];
        pixels[at + 1] = (byte) colour[1];
        pixels[at + 2] = (byte) colour[2];
      }
    }
  }

  private static int[] colour(String label) {
    return COLOURS[Math.floorMod(label.hashCode(), COLOURS.length)];
  }
}
