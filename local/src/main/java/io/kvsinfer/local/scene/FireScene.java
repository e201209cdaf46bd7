package io.kvsinfer.local.scene;

import io.kvsinfer.contract.geometry.Box;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Optional;

/** A shed in a yard at dusk that catches fire, burns and dies down. */
final class FireScene implements Scene {
  private static final double STARTS = 6;
  private static final double FULL = 11;
  private static final double FADES = 24;
  private static final double ENDS = 29;
  private static final double X = 520;
  private static final double GROUND = 430;

  @Override
  public String name() {
    return "fire";
  }

  @Override
  public String detectorType() {
    return "fire_smoke";
  }

  @Override
  public double seconds() {
    return 40;
  }

  @Override
  public List<Happening> truth() {
    return List.of(new Happening("fire", STARTS, ENDS, FULL, ""));
  }

  @Override
  public Optional<Box> where(Happening happening, double seconds) {
    double strength = strength(seconds);
    return strength < 0.05
        ? Optional.empty()
        : Optional.of(
            new Box(
                X - 75 * strength - 20,
                GROUND - 230 * strength,
                150 * strength + 40,
                230 * strength));
  }

  /** 0 = out, 1 = burning fully. */
  private static double strength(double seconds) {
    if (seconds < STARTS || seconds > ENDS) {
      return 0;
    }
    return Math.min(
        1, Math.min((seconds - STARTS) / (FULL - STARTS), (ENDS - seconds) / (ENDS - FADES)));
  }

  @Override
  public void draw(Graphics2D g, double seconds) {
    double strength = strength(seconds);
    double flicker = 0.8 + 0.2 * Noise.smooth(seconds * 7, 2);
    if (strength > 0) {
      glow(
          g,
          X,
          GROUND - 60,
          420 * strength,
          new Color(255, 120, 30, (int) (110 * strength * flicker)));
      drawSmoke(g, seconds, strength);
    }
    drawShed(g);
    if (strength > 0) {
      drawFlames(g, seconds, strength);
    }
  }

  @Override
  public void drawBackdrop(Graphics2D g) {
    g.setPaint(new GradientPaint(0, 0, new Color(0x4a5568), 0, 260, new Color(0x8d8a86)));
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, 280));
    g.setColor(new Color(0x2d352c));
    for (int i = 0; i < 60; i++) {
      double r = 30 + 40 * Noise.at(i, 11);
      g.fill(new Ellipse2D.Double(i * 17 - 40, 235 - r * 1.3 + 25 * Noise.at(i, 12), r * 2, r * 2));
    }
    g.setPaint(new GradientPaint(0, 270, new Color(0x4d5443), 0, HEIGHT, new Color(0x39402f)));
    g.fill(new Rectangle2D.Double(0, 270, WIDTH, HEIGHT - 270));
    for (int i = 0; i < 900; i++) {
      double y = 275 + 262 * Noise.at(i, 21);
      int tone = 50 + (int) (40 * Noise.at(i, 22));
      g.setColor(new Color(tone, tone + 10, tone - 15));
      g.fill(new Rectangle2D.Double(WIDTH * Noise.at(i, 23), y, 3 + (y - 270) / 50, 2));
    }
  }

  private static void drawShed(Graphics2D g) {
    g.setColor(new Color(0x5b4636));
    g.fill(new Rectangle2D.Double(400, 270, 240, 160));
    g.setColor(new Color(0x463528));
    for (int i = 0; i < 12; i++) {
      g.fill(new Rectangle2D.Double(400 + i * 20, 270, 3, 160));
    }
    g.setColor(new Color(0x2b2320));
    g.fill(new Rectangle2D.Double(485, 330, 70, 100));
    g.setColor(new Color(0x3a3a3d));
    g.fill(new Polygon(new int[] {380, 520, 660}, new int[] {272, 205, 272}, 3));
  }

  /** Dark puffs that rise, spread and drift to the right. */
  private static void drawSmoke(Graphics2D g, double seconds, double strength) {
    int puffs = 70;
    for (int i = 0; i < puffs; i++) {
      double age = (seconds * 0.22 + Noise.at(i, 31)) % 1;
      double x =
          X
              + (Noise.at(i, 32) - 0.5) * 90
              + age * 190
              + 40 * Noise.smooth(seconds * 0.6 + i, 4) * age;
      double y = GROUND - 150 - age * 330;
      double radius = (24 + 85 * age) * (0.6 + 0.4 * strength);
      int tone = 62 + (int) (50 * Noise.at(i, 33)) + (int) (40 * age);
      int alpha = (int) (105 * strength * (1 - age) * Math.min(1, age * 8));
      glow(g, x, y, radius, new Color(tone, tone, tone + 3, alpha));
    }
  }

  /** Tongues of flame: dark red at the rim, orange, then nearly white at the root. */
  private static void drawFlames(Graphics2D g, double seconds, double strength) {
    int tongues = 150;
    for (int pass = 0; pass < 3; pass++) {
      for (int i = 0; i < tongues; i++) {
        double age = (seconds * (0.9 + 0.5 * Noise.at(i, 41)) + Noise.at(i, 42)) % 1;
        double spread = 75 * strength * (1 - 0.55 * age);
        double sway =
            26 * (Noise.turbulence(seconds * 1.4 + i * 0.05, age * 2.5) - 0.5) * (0.3 + age);
        double x = X + (Noise.at(i, 43) - 0.5) * 2 * spread + sway;
        double y = GROUND - 8 - age * 225 * strength * (0.55 + 0.45 * Noise.at(i, 44));
        double radius = (26 - 19 * age) * (0.5 + 0.5 * strength) * (1 - 0.24 * pass);
        double keep = 1 - age;
        switch (pass) {
          case 0 -> glow(g, x, y, radius * 1.25, new Color(205, 45, 8, (int) (120 * keep)));
          case 1 -> glow(g, x, y, radius, new Color(255, 130, 20, (int) (150 * keep)));
          default -> {
            if (age < 0.6) {
              glow(
                  g, x, y, radius * 0.8, new Color(255, 228, 130, (int) (190 * (0.6 - age) / 0.6)));
            }
          }
        }
      }
    }
  }

  private static void glow(Graphics2D g, double x, double y, double radius, Color color) {
    if (radius < 1) {
      return;
    }
    Color clear = new Color(color.getRed(), color.getGreen(), color.getBlue(), 0);
    g.setPaint(
        new RadialGradientPaint(
            (float) x, (float) y, (float) radius, new float[] {0, 1}, new Color[] {color, clear}));
    g.fill(new Ellipse2D.Double(x - radius, y - radius, radius * 2, radius * 2));
  }
}
