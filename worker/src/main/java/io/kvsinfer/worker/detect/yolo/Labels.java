package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.worker.detect.ModelDescription;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the class indices of a model are called. */
public final class Labels {
  /** Where a model of 80 classes says nothing, it is taken for one trained on COCO. */
  static final List<String> COCO =
      List.of(
          "person",
          "bicycle",
          "car",
          "motorcycle",
          "airplane",
          "bus",
          "train",
          "truck",
          "boat",
          "traffic light",
          "fire hydrant",
          "stop sign",
          "parking meter",
          "bench",
          "bird",
          "cat",
          "dog",
          "horse",
          "sheep",
          "cow",
          "elephant",
          "bear",
          "zebra",
          "giraffe",
          "backpack",
          "umbrella",
          "handbag",
          "tie",
          "suitcase",
          "frisbee",
          "skis",
          "snowboard",
          "sports ball",
          "kite",
          "baseball bat",
          "baseball glove",
          "skateboard",
          "surfboard",
          "tennis racket",
          "bottle",
          "wine glass",
          "cup",
          "fork",
          "knife",
          "spoon",
          "bowl",
          "banana",
          "apple",
          "sandwich",
          "orange",
          "broccoli",
          "carrot",
          "hot dog",
          "pizza",
          "donut",
          "cake",
          "chair",
          "couch",
          "potted plant",
          "bed",
          "dining table",
          "toilet",
          "tv",
          "laptop",
          "mouse",
          "remote",
          "keyboard",
          "cell phone",
          "microwave",
          "oven",
          "toaster",
          "sink",
          "refrigerator",
          "book",
          "clock",
          "vase",
          "scissors",
          "teddy bear",
          "hair drier",
          "toothbrush");

  private Labels() {}

  /**
   * The labels that are known before the number of classes is: those of the settings, else of the
   * manifest, else of the file's metadata.
   *
   * @param said {@code params.names}; null = not given
   */
  public static Optional<List<String>> known(@Nullable List<String> said, ModelDescription model) {
    if (said != null) {
      return Optional.of(said);
    }
    if (model.card() != null && !model.card().classes().isEmpty()) {
      return Optional.of(model.card().classes());
    }
    return Optional.ofNullable(model.metadata().get("names")).flatMap(NamesText::parse);
  }

  /** Labels for {@code classes} classes of which nothing is known. */
  public static List<String> assumed(int classes) {
    return classes == COCO.size()
        ? COCO
        : IntStream.range(0, classes).mapToObj(i -> "class_" + i).toList();
  }

  /**
   * Labels fit for keys and paths: what a name may not hold becomes {@code _}, since a model file
   * is nobody's promise; what is left without a letter or digit is called by its index.
   */
  static List<String> safe(List<String> labels) {
    return IntStream.range(0, labels.size()).mapToObj(i -> safe(labels.get(i), i)).toList();
  }

  private static String safe(String label, int index) {
    String text = label.replaceAll("[^A-Za-z0-9_ -]", "_").replaceFirst("^[^A-Za-z0-9]+", "");
    String cut = text.substring(0, Math.min(text.length(), 64)).strip();
    return Names.NAME.matcher(cut).matches() ? cut : "class_" + index;
  }
}
