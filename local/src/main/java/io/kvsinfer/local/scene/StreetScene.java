package io.kvsinfer.local.scene;

import io.kvsinfer.contract.geometry.Box;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A street seen from above its kerb; cars with plates come towards the camera, one at a time. */
final class StreetScene implements Scene {
  private static final double HORIZON = 150;
  private static final double VANISHING_X = 470;

  /** A car is in sight for so long. */
  private static final double PASSAGE_SECONDS = 6;

  private record Car(double start, double lane, Color paint, String plate) {}

  private static final List<Car> SHOWN =
      List.of(
          new Car(2, 0.34, new Color(0x8c2f39), "KI 482 TX"),
          new Car(12, -0.20, new Color(0x3d5a80), "B 7301 RZ"),
          new Car(22, 0.34, new Color(0xd9d9d6), "WG 159 PL"),
          new Car(32, -0.20, new Color(0x2f3e46), "M 6624 HD"));

  /** What drawn registrations look like: L a letter, D a digit. */
  private static final List<String> SHAPES =
      List.of(
          "LL DDD LL",
          "L DDDD LL",
          "LL DD LLL",
          "LLDD LLL",
          "DDDD LLL",
          "LLL DDDD",
          "LLL DDD",
          "DLD DDDD",
          "LL DDDDD",
          "DD LLL DDD");

  private final String name;
  private final List<Car> cars;

  /** The street of the demo. */
  StreetScene() {
    this.name = "street";
    this.cars = SHOWN;
  }

  /** The same street with cars, paints and plates drawn by {@code seed}. */
  StreetScene(long seed) {
    Random random = new Random(seed);
    this.name = "street-" + seed;
    this.cars =
        SHOWN.stream()
            .map(c ->
                new Car(
                    c.start + random.nextInt(20) / 10.0,
                    random.nextBoolean() ? 0.34 : -0.20,
                    new Color(random.nextInt(0x1000000)),
                    plate(random)))
            .toList();
  }

  private static String plate(Random random) {
    StringBuilder plate = new StringBuilder();
    SHAPES
        .get(random.nextInt(SHAPES.size()))
        .chars()
        .forEach(c ->
            plate.append(
                switch (c) {
                  case 'L' -> (char) ('A' + random.nextInt(26));
                  case 'D' -> (char) ('0' + random.nextInt(10));
                  default -> (char) c;
                }));
    return plate.toString();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String detectorType() {
    return "alpr";
  }

  @Override
  public double seconds() {
    return 40;
  }

  @Override
  public List<Happening> truth() {
    return cars.stream()
        .map(
            c -> new Happening("plate", c.start, c.start + PASSAGE_SECONDS, c.start + 2.5, c.plate))
        .toList();
  }

  @Override
  public Optional<Box> where(Happening happening, double seconds) {
    return cars.stream()
        .filter(c -> c.plate.equals(happening.text()))
        .filter(c -> seconds >= c.start && seconds < c.start + PASSAGE_SECONDS)
        .map(c -> {
          double s = scale(c, seconds);
          return new Box(x(c, s) - 52 * s, y(s) - 71 * s, 104 * s, 24 * s);
        })
        .findFirst()
        .filter(b -> b.bottom() < HEIGHT);
  }

  @Override
  public void draw(Graphics2D g, double seconds) {
    for (Car car : cars) {
      if (seconds >= car.start && seconds < car.start + PASSAGE_SECONDS) {
        AffineTransform before = g.getTransform();
        double s = scale(car, seconds);
        g.translate(x(car, s), y(s));
        g.scale(s, s);
        drawCar(g, car);
        g.setTransform(before);
      }
    }
  }

  /** Perspective: the distance falls evenly, the size goes with its inverse. */
  private static double scale(Car car, double seconds) {
    double share = (seconds - car.start) / PASSAGE_SECONDS;
    double distance = 9 - 8.2 * share;
    return 1.35 / distance;
  }

  /** Where a car's wheels meet the road. */
  private static double y(double scale) {
    return HORIZON + 250 * scale;
  }

  private static double x(Car car, double scale) {
    return VANISHING_X + car.lane * 620 * scale;
  }

  @Override
  public void drawBackdrop(Graphics2D g) {
    g.setPaint(
        new GradientPaint(0, 0, new Color(0xa9bccb), 0, (float) HORIZON, new Color(0xd8dde0)));
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, HORIZON + 20));
    for (int i = 0; i < 9; i++) {
      double left = i * 120 - 30;
      double height = 70 + 70 * Noise.at(i, 3);
      int tone = 105 + (int) (70 * Noise.at(i, 7));
      g.setColor(new Color(tone, tone - 8, tone - 18));
      g.fill(new Rectangle2D.Double(left, HORIZON + 12 - height, 116, height));
      g.setColor(new Color(tone - 50, tone - 45, tone - 35));
      for (double wx = left + 10; wx < left + 100; wx += 22) {
        for (double wy = HORIZON + 22 - height; wy < HORIZON - 12; wy += 24) {
          g.fill(new Rectangle2D.Double(wx, wy, 12, 15));
        }
      }
    }
    g.setPaint(
        new GradientPaint(0, (float) HORIZON, new Color(0x8f9385), 0, HEIGHT, new Color(0x6f7468)));
    g.fill(new Rectangle2D.Double(0, HORIZON + 10, WIDTH, HEIGHT));
    Polygon road =
        new Polygon(new int[] {430, 520, 1000, -160}, new int[] {160, 160, HEIGHT, HEIGHT}, 4);
    g.setPaint(new GradientPaint(0, 160, new Color(0x77797b), 0, HEIGHT, new Color(0x4a4c4f)));
    g.fill(road);
    g.setColor(new Color(0xd9d6c8));
    g.setStroke(new BasicStroke(4));
    g.drawLine(425, 160, -190, HEIGHT);
    g.drawLine(525, 160, 1030, HEIGHT);
    for (int i = 0; i < 7; i++) {
      double near = 0.1 + i * 0.2;
      double far = near + 0.07 + 0.02 * i;
      Path2D dash = new Path2D.Double();
      dash.moveTo(VANISHING_X + 30 * near - 6 * near, HORIZON + 10 + 250 * near);
      dash.lineTo(VANISHING_X + 30 * near + 6 * near, HORIZON + 10 + 250 * near);
      dash.lineTo(VANISHING_X + 30 * far + 6 * far, HORIZON + 10 + 250 * far);
      dash.lineTo(VANISHING_X + 30 * far - 6 * far, HORIZON + 10 + 250 * far);
      dash.closePath();
      g.fill(dash);
    }
  }

  /** A car from the front, 300 units wide, standing on the origin. */
  private static void drawCar(Graphics2D g, Car car) {
    g.setColor(new Color(0, 0, 0, 110));
    g.fill(new Ellipse2D.Double(-165, -22, 330, 44));
    g.setColor(new Color(0x1c1c1e));
    g.fill(new RoundRectangle2D.Double(-140, -60, 46, 66, 18, 18));
    g.fill(new RoundRectangle2D.Double(94, -60, 46, 66, 18, 18));
    Path2D cabin = new Path2D.Double();
    cabin.moveTo(-118, -150);
    cabin.curveTo(-100, -225, -80, -238, -60, -240);
    cabin.lineTo(60, -240);
    cabin.curveTo(80, -238, 100, -225, 118, -150);
    cabin.closePath();
    g.setColor(car.paint.darker());
    g.fill(cabin);
    Path2D glass = new Path2D.Double();
    glass.moveTo(-102, -152);
    glass.curveTo(-88, -212, -72, -226, -56, -228);
    glass.lineTo(56, -228);
    glass.curveTo(72, -226, 88, -212, 102, -152);
    glass.closePath();
    g.setPaint(new GradientPaint(0, -228, new Color(0x9fb2bd), 0, -152, new Color(0x27323a)));
    g.fill(glass);
    g.setPaint(new GradientPaint(0, -160, car.paint.brighter(), 0, -20, car.paint.darker()));
    g.fill(new RoundRectangle2D.Double(-150, -160, 300, 138, 46, 46));
    g.setColor(car.paint.darker());
    g.setStroke(new BasicStroke(3));
    g.draw(new RoundRectangle2D.Double(-128, -154, 256, 50, 30, 30));
    g.setColor(new Color(0x17181a));
    g.fill(new RoundRectangle2D.Double(-78, -108, 156, 30, 14, 14));
    g.setColor(new Color(0x55585c));
    for (int i = 0; i < 3; i++) {
      g.drawLine(-72, -101 + i * 8, 72, -101 + i * 8);
    }
    g.setColor(new Color(0xf4f3e8));
    g.fill(new Ellipse2D.Double(-140, -118, 52, 30));
    g.fill(new Ellipse2D.Double(88, -118, 52, 30));
    g.setColor(new Color(0x8a8d90));
    g.draw(new Ellipse2D.Double(-140, -118, 52, 30));
    g.draw(new Ellipse2D.Double(88, -118, 52, 30));
    g.setColor(new Color(0x202124));
    g.fill(new RoundRectangle2D.Double(-146, -76, 292, 46, 20, 20));
    drawPlate(g, car.plate);
  }

  private static void drawPlate(Graphics2D g, String text) {
    g.setColor(new Color(0xf5f5f0));
    g.fill(new RoundRectangle2D.Double(-52, -71, 104, 24, 5, 5));
    g.setColor(new Color(0x1b3f94));
    g.fill(new Rectangle2D.Double(-51, -70, 9, 22));
    g.setColor(new Color(0x161616));
    g.setStroke(new BasicStroke(1.2f));
    g.draw(new RoundRectangle2D.Double(-52, -71, 104, 24, 5, 5));
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 19));
    FontMetrics metrics = g.getFontMetrics();
    double width = metrics.stringWidth(text);
    AffineTransform before = g.getTransform();
    g.translate(4.5, -52.5);
    g.scale(88 / width, 1);
    g.drawString(text, (float) (-width / 2), 0);
    g.setTransform(before);
  }
}
