import io.kvsinfer.local.scene.Scene;
import io.kvsinfer.local.scene.SceneRenderer;
import io.kvsinfer.local.scene.Scenes;
import java.nio.file.Path;

/** Arguments: a folder, then seeds. Renders the demo's yard, and a street for each seed, and prints what happens. */
final class Streets {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Scene yard = Scenes.all().stream().filter(s -> s.name().equals("yard")).findFirst().orElseThrow();
    System.out.println("yard\t" + SceneRenderer.clip(yard, folder, share -> {}));
    for (int i = 1; i < arguments.length; i++) {
      Scene street = Scenes.street(Long.parseLong(arguments[i]));
      Path clip = SceneRenderer.clip(street, folder, share -> {});
      for (Scene.Happening car : street.truth()) {
        System.out.println(
            "car\t%s\t%s\t%s\t%s"
                .formatted(clip, car.fromSeconds(), car.toSeconds(), car.text().replace(" ", "")));
      }
    }
  }
}
