package io.kvsinfer.worker.sample;

import java.util.Random;

/** Small grey pictures of a yard, whose light, noise and weather are drawn on request. */
final class Weather {
  static final MotionPicture SIZE = MotionPicture.of(1920, 1080);

  private final Random random = new Random(7);
  private final double[] yard = new double[SIZE.cells()];

  Weather() {
    for (int i = 0; i < yard.length; i++) {
      int row = i / SIZE.width();
      yard[i] = 70 + row + 40 * random.nextDouble();
    }
  }

  /** A picture, not limited to 0..255 yet. */
  double[] yard() {
    return yard.clone();
  }

  double[] noisy(double[] picture, double deviation) {
    for (int i = 0; i < picture.length; i++) {
      picture[i] += deviation * random.nextGaussian();
    }
    return picture;
  }

  static double[] lit(double[] picture, double gain, double offset) {
    for (int i = 0; i < picture.length; i++) {
      picture[i] = gain * picture[i] + offset;
    }
    return picture;
  }

  /** Streaks that brighten single cells, in other places in every picture. */
  double[] rain(double[] picture, int drops) {
    for (int i = 0; i < drops; i++) {
      picture[random.nextInt(picture.length)] += 12;
    }
    return picture;
  }

  /** Something darker of a few cells. */
  static double[] person(double[] picture, double column, int row) {
    return something(picture, column, row, 2, 5, -45);
  }

  static double[] something(
      double[] picture, double column, int row, int width, int height, double levels) {
    for (int y = row; y < row + height; y++) {
      for (int x = (int) column; x < (int) column + width; x++) {
        picture[y * SIZE.width() + x] += levels;
      }
    }
    return picture;
  }

  static byte[] grey(double[] picture) {
    byte[] grey = new byte[picture.length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) Math.clamp(Math.round(picture[i]), 0, 255);
    }
    return grey;
  }
}
