package io.kvsinfer.local.scene;

import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Renders scenes to MP4 files, with the grain of a camera. */
public final class SceneRenderer {
  /** Frames in a second of every film. */
  public static final int FRAMES_PER_SECOND = 10;

  /** A keyframe each second: the shortest fragment that KVS takes. */
  private static final int GROUP_OF_PICTURES = FRAMES_PER_SECOND;

  private static final int BIT_RATE = 2_000_000;
  private static final int GRAIN = 9;

  /** Raise this when a scene's pictures change: clips rendered before are rendered anew. */
  private static final int EDITION = 1;

  private SceneRenderer() {}

  /**
   * The clip of a scene in {@code folder}, rendered if it is not there yet.
   *
   * @param progress called with the share done, 0..1
   * @throws IOException when the file cannot be written
   * @throws MediaException when the encoder fails
   */
  public static Path clip(Scene scene, Path folder, DoubleConsumer progress)
      throws IOException, MediaException {
    Path clip = folder.resolve(scene.name() + "-" + EDITION + ".mp4");
    if (!Files.exists(clip)) {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempFile(folder, scene.name(), ".part");
      try {
        render(scene, unfinished, progress);
        Files.move(unfinished, clip, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    }
    return clip;
  }

  private static void render(Scene scene, Path file, DoubleConsumer progress)
      throws IOException, MediaException {
    int frames = (int) Math.round(scene.seconds() * FRAMES_PER_SECOND);
    BufferedImage backdrop = picture();
    Graphics2D once = graphics(backdrop);
    scene.drawBackdrop(once);
    once.dispose();
    BufferedImage canvas = picture();
    byte[] bgr = ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
    Graphics2D graphics = graphics(canvas);
    try (H264Encoder encoder =
            H264Encoder.open(
                Scene.WIDTH, Scene.HEIGHT, FRAMES_PER_SECOND, BIT_RATE, GROUP_OF_PICTURES);
        Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track())) {
      for (int frame = 0; frame < frames; frame++) {
        graphics.drawImage(backdrop, 0, 0, null);
        scene.draw(graphics, (double) frame / FRAMES_PER_SECOND);
        addGrain(bgr, frame);
        write(writer, encoder.encodeBgr(bgr, frame * 1_000_000L / FRAMES_PER_SECOND));
        progress.accept((double) frame / frames);
      }
      write(writer, encoder.finish());
    } finally {
      graphics.dispose();
    }
    progress.accept(1);
  }

  private static BufferedImage picture() {
    return new BufferedImage(Scene.WIDTH, Scene.HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
  }

  private static Graphics2D graphics(BufferedImage picture) {
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    return graphics;
  }

  private static void write(Mp4FileWriter writer, List<Sample> samples)
      throws IOException, MediaException {
    for (Sample sample : samples) {
      writer.add(sample);
    }
  }

  /** The noise of a sensor: the same at every run, another in every frame. */
  private static void addGrain(byte[] bgr, int frame) {
    int state = frame * 0x9E3779B1 + 1;
    for (int i = 0; i + 2 < bgr.length; i += 3) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      int grain = (state >>> 16) % GRAIN - GRAIN / 2;
      for (int c = 0; c < 3; c++) {
        bgr[i + c] = (byte) Math.clamp((bgr[i + c] & 0xff) + grain, 0, 255);
      }
    }
  }
}
