package io.kvsinfer.local.scene;

import io.kvsinfer.contract.geometry.Box;
import java.awt.Graphics2D;
import java.util.List;
import java.util.Optional;

/** A short film drawn frame by frame, the same at every run. */
public sealed interface Scene permits StreetScene, FireScene, YardScene {
  /** Width of every scene in pixels. */
  int WIDTH = 960;

  /** Height of every scene in pixels. */
  int HEIGHT = 540;

  /** File name and default camera name. */
  String name();

  /** Detector type the demo gives to its camera. */
  String detectorType();

  /** Length of the film. */
  double seconds();

  /** Draws what never changes, once for the film. */
  void drawBackdrop(Graphics2D canvas);

  /** Draws what is there at {@code seconds} from the start, onto the backdrop. */
  void draw(Graphics2D canvas, double seconds);

  /** What happens in it, over its whole length. */
  List<Happening> truth();

  /**
   * One real event of a film.
   *
   * @param label what a detector should call it
   * @param fromSeconds first visible, from the start of the film
   * @param toSeconds last visible
   * @param clearSeconds from here on a detector can be expected to see it
   * @param text plate text; empty where there is none
   */
  record Happening(
      String label, double fromSeconds, double toSeconds, double clearSeconds, String text) {}

  /** Where {@code happening} is in the picture at that time, in pixels; empty when out of sight. */
  Optional<Box> where(Happening happening, double seconds);
}
