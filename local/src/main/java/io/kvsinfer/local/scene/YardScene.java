package io.kvsinfer.local.scene;

import io.kvsinfer.contract.geometry.Box;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Optional;

/** An empty yard: the light changes slowly, a tree's shadow sways, nothing happens. */
final class YardScene implements Scene {
  @Override
  public String name() {
    return "yard";
  }

  @Override
  public String detectorType() {
    return "weapon";
  }

  @Override
  public double seconds() {
    return 40;
  }

  @Override
  public List<Happening> truth() {
    return List.of();
  }

  @Override
  public Optional<Box> where(Happening happening, double seconds) {
    return Optional.empty();
  }

  @Override
  public void drawBackdrop(Graphics2D g) {
    g.setPaint(new GradientPaint(0, 0, new Color(0x9a8f82), 0, 240, new Color(0x877c70)));
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, 250));
    for (int row = 0; row < 12; row++) {
      for (int column = 0; column < 22; column++) {
        int tone = 118 + (int) (26 * Noise.at(column, row + 50));
        g.setColor(new Color(tone + 18, tone, tone - 14));
        g.fill(new Rectangle2D.Double(column * 46 - (row % 2) * 23, row * 20, 43, 17));
      }
    }
    g.setColor(new Color(0x4f5a57));
    g.fill(new Rectangle2D.Double(610, 60, 170, 190));
    g.setColor(new Color(0x3f4846));
    for (int i = 0; i < 8; i++) {
      g.fill(new Rectangle2D.Double(610, 70 + i * 24, 170, 3));
    }
    g.setPaint(new GradientPaint(0, 245, new Color(0x8b8a86), 0, HEIGHT, new Color(0x73726f)));
    g.fill(new Rectangle2D.Double(0, 245, WIDTH, HEIGHT - 245));
    for (int i = 0; i < 700; i++) {
      int tone = 95 + (int) (50 * Noise.at(i, 61));
      g.setColor(new Color(tone, tone, tone - 4));
      g.fill(new Rectangle2D.Double(WIDTH * Noise.at(i, 62), 250 + 290 * Noise.at(i, 63), 4, 2));
    }
  }

  @Override
  public void draw(Graphics2D g, double seconds) {
    g.setColor(new Color(20, 22, 26, 26));
    for (int i = 0; i < 26; i++) {
      double sway = 6 * Math.sin(seconds * 0.8 + i * 0.4);
      g.fill(
          new Ellipse2D.Double(
              90 + 190 * Noise.at(i, 71) + sway, 330 + 110 * Noise.at(i, 72), 70, 34));
    }
    double light = Math.sin(2 * Math.PI * seconds / seconds());
    g.setColor(
        light > 0
            ? new Color(255, 250, 235, (int) (16 * light))
            : new Color(10, 15, 30, (int) (-30 * light)));
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
  }
}
