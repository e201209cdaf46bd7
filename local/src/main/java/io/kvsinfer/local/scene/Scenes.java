package io.kvsinfer.local.scene;

import java.util.List;

/** The demo scenes. */
public final class Scenes {
  private static final List<Scene> ALL =
      List.of(new StreetScene(), new FireScene(), new YardScene());

  private Scenes() {}

  /** All of them, in the order the demo shows them. */
  public static List<Scene> all() {
    return ALL;
  }

  /** The street with other cars and plates; the same for the same seed. */
  public static Scene street(long seed) {
    return new StreetScene(seed);
  }
}
