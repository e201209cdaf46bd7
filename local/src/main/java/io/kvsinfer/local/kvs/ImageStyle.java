package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.MediaException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/**
 * How pictures are asked for.
 *
 * @param quality of JPEG, 1 to 100
 * @param width in pixels; 0: as the height and the picture's shape have it
 * @param height in pixels; 0: likewise; both 0: the picture's own size
 */
record ImageStyle(boolean png, int quality, int width, int height) {

  /**
   * A picture in this style.
   *
   * @param bgr packed BGR, {@code sourceHeight × sourceWidth × 3}
   */
  byte[] encode(JpegEncoder jpeg, byte[] bgr, int sourceWidth, int sourceHeight)
      throws MediaException {
    BufferedImage image =
        new BufferedImage(sourceWidth, sourceHeight, BufferedImage.TYPE_3BYTE_BGR);
    System.arraycopy(bgr, 0, pixels(image), 0, bgr.length);
    BufferedImage sized = sized(image);
    return png
        ? png(sized)
        : jpeg.encodeBgr(pixels(sized), sized.getWidth(), sized.getHeight(), quality);
  }

  private BufferedImage sized(BufferedImage image) {
    int toWidth = width;
    int toHeight = height;
    if (toWidth == 0 && toHeight == 0) {
      return image;
    }
    if (toHeight == 0) {
      toHeight = Math.max(1, Math.round((float) toWidth * image.getHeight() / image.getWidth()));
    }
    if (toWidth == 0) {
      toWidth = Math.max(1, Math.round((float) toHeight * image.getWidth() / image.getHeight()));
    }
    BufferedImage sized = new BufferedImage(toWidth, toHeight, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = sized.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, toWidth, toHeight, null);
    } finally {
      graphics.dispose();
    }
    return sized;
  }

  private static byte[] pixels(BufferedImage image) {
    return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }

  private static byte[] png(BufferedImage image) {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      if (!ImageIO.write(image, "png", file)) {
        throw new IllegalStateException("this Java has no encoder for PNG");
      }
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("PNG in memory", e);
    }
  }
}
