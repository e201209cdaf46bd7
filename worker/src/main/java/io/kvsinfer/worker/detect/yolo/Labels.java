package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  /** Keys under which other tools than Ultralytics' keep names. */
  private static final List<String> NAMES_OF_OTHERS =
      List.of("class_names", "classes", "labels", "id2label");

  /** Numbers of COCO's 91 categories that have no pictures. */
  private static final Set<Integer> EMPTY_CATEGORIES =
      Set.of(0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83);

  /** COCO's labels by the number of their category. */
  static final List<String> CATEGORIES = categories();

  private Labels() {}

  private static List<String> categories() {
    Iterator<String> next = COCO.iterator();
    return IntStream.range(0, PairFits.COCO_CATEGORIES)
        .mapToObj(i -> EMPTY_CATEGORIES.contains(i) ? "class_" + i : next.next())
        .toList();
  }

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
    return ofMetadata(model);
  }

  private static Optional<List<String>> ofMetadata(ModelDescription model) {
    String names = model.metadata().get("names");
    if (names != null) {
      Optional<List<String>> read = NamesText.parse(names);
      if (read.isEmpty()) {
        throw new DetectorException(
            "model %s: the names in its metadata cannot be read as a list, nor as numbers from 0 without holes and their names: give params.names"
                .formatted(model.name()));
      }
      return read;
    }
    return NAMES_OF_OTHERS.stream()
        .map(model.metadata()::get)
        .filter(Objects::nonNull)
        .map(NamesText::parse)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * The labels of a model that is read so, fit for keys and paths.
   *
   * @param known labels that were said
   * @throws DetectorException where those are as many as the output has no classes
   */
  static List<String> of(String model, Clear clear, Optional<List<String>> known) {
    if (isOfCategories(clear) && known.map(COCO::equals).orElse(true)) {
      return safe(CATEGORIES);
    }
    boolean open = clear.classes() == Integer.MAX_VALUE;
    // An end-to-end output does not say how many classes there are; indices beyond the list are
    // dropped, so an unnamed one gets COCO's number.
    List<String> labels = known.orElseGet(() -> assumed(open ? COCO.size() : clear.classes()));
    if (!open && labels.size() != clear.classes()) {
      throw new DetectorException(
          "model %s: %d labels are given, its output has %d classes"
              .formatted(model, labels.size(), clear.classes()));
    }
    return safe(labels);
  }

  private static boolean isOfCategories(Clear clear) {
    return clear.layout() == Layout.DETR && clear.classes() == PairFits.COCO_CATEGORIES;
  }

  /** What the labels were told by. */
  static String from(@Nullable List<String> said, Clear clear, ModelDescription model) {
    if (said != null) {
      return "params.names";
    }
    Optional<List<String>> known = known(null, model);
    if (isOfCategories(clear) && known.map(COCO::equals).orElse(true)) {
      return "91 scores of a DETR: COCO's by the number of their category";
    }
    if (known.isEmpty()) {
      return "nothing said: COCO's for 80 classes, else by index";
    }
    return model.card() == null ? "metadata" : "manifest";
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
