package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Ways to read boxes, scores and perhaps labels that the model gives in outputs of their own. */
final class PairFits {
  /** Classes of COCO by the number of their category, as RF-DETR and others score them. */
  static final int COCO_CATEGORIES = 91;

  /** The same and one for nothing, between which a softmax chooses: those of the first DETR. */
  private static final int CATEGORIES_AND_NOTHING = COCO_CATEGORIES + 1;

  private static final int BOX = 4;
  private static final Pattern LABELS = Pattern.compile("label|class|cls|categor");
  private static final Pattern SCORES = Pattern.compile("score|conf|prob");
  private static final Pattern COUNT = Pattern.compile("num");

  private final ModelFacts facts;
  private final boolean said;
  private final List<Clear> fits = new ArrayList<>();

  /**
   * @param said whether the layout is known anyway, so that unlikely ones count too
   */
  PairFits(ModelFacts facts, boolean said) {
    this.facts = facts;
    this.said = said;
  }

  /** Every way to read the outputs. */
  List<Clear> all() {
    for (int i = 0; i < facts.outputs().size(); i++) {
      List<Integer> shape = facts.shape(i);
      int last = shape.isEmpty() ? 0 : shape.getLast();
      if ((shape.size() == 3 || shape.size() == 2) && (last == BOX || last == BOX + 1)) {
        sorted(i, shape.get(shape.size() - 2), last == BOX);
      }
      if (RowFits.isRows(shape)) {
        for (int j = 0; j < facts.outputs().size(); j++) {
          if (i != j && RowFits.isRows(facts.shape(j))) {
            pair(i, shape, j, facts.shape(j));
          }
        }
      }
    }
    return List.copyOf(fits);
  }

  /** One label and one score for each box; the score may stand behind its box. */
  private void sorted(int boxes, int rows, boolean apart) {
    List<Integer> vectors =
        IntStream.range(0, facts.outputs().size())
            .filter(i -> i != boxes && isVector(facts.shape(i), rows))
            .boxed()
            .toList();
    OptionalInt labels = one(vectors, LABELS, true);
    OptionalInt scores = one(vectors, SCORES, false);
    if (apart && labels.isEmpty() && scores.isPresent() && vectors.size() == 2) {
      labels = other(vectors, scores.getAsInt());
    }
    if (apart && scores.isEmpty() && labels.isPresent() && vectors.size() == 2) {
      scores = other(vectors, labels.getAsInt());
    }
    if (labels.isEmpty() || (apart && scores.isEmpty())) {
      return;
    }
    List<Integer> outputs = new ArrayList<>(List.of(boxes));
    outputs.add(apart ? scores.getAsInt() : boxes);
    outputs.add(labels.getAsInt());
    count(outputs).ifPresent(outputs::add);
    boolean many = count(outputs.subList(0, 3)).isPresent();
    if (!facts.sized() || said) {
      fits.add(new Clear(Layout.BOXES, outputs, Integer.MAX_VALUE, "", 0, 0));
    }
    if (facts.sized() || said || !many) {
      fits.add(new Clear(Layout.DETR_BOXES, outputs, Integer.MAX_VALUE, "", 0, 0));
    }
  }

  private static boolean isVector(List<Integer> shape, int rows) {
    int size = shape.size();
    return (size >= 1 && size <= 2 && shape.getLast() == rows)
        || (size == 3 && shape.get(1) == rows && shape.get(2) == 1);
  }

  /** The only one of that name, else the only one of that type. */
  private OptionalInt one(List<Integer> vectors, Pattern name, boolean whole) {
    List<Integer> named = vectors.stream().filter(i -> name.matcher(name(i)).find()).toList();
    List<Integer> found =
        named.isEmpty() ? vectors.stream().filter(i -> whole && isWhole(i)).toList() : named;
    return found.size() == 1 ? OptionalInt.of(found.getFirst()) : OptionalInt.empty();
  }

  private static OptionalInt other(List<Integer> two, int one) {
    return OptionalInt.of(two.get(two.getFirst() == one ? 1 : 0));
  }

  private OptionalInt count(List<Integer> taken) {
    return IntStream.range(0, facts.outputs().size())
        .filter(i -> !taken.contains(i))
        .filter(i -> facts.shape(i).stream().skip(1).allMatch(d -> d == 1))
        .filter(i -> facts.shape(i).size() <= 2)
        .filter(i -> isWhole(i) || COUNT.matcher(name(i)).find())
        .findFirst();
  }

  private String name(int output) {
    return facts.outputs().get(output).name().toLowerCase(Locale.ROOT);
  }

  private boolean isWhole(int output) {
    ElementType type = facts.outputs().get(output).type();
    return type == ElementType.INT32 || type == ElementType.INT64;
  }

  /** A score of every class for each box. */
  private void pair(int boxes, List<Integer> b, int scores, List<Integer> s) {
    int rows = b.get(1);
    if (b.get(2) == BOX && s.get(1) == rows) {
      detr(boxes, rows, scores, s.get(2));
      if (facts.isGrid(rows) && counts(s.get(2))) {
        add(Layout.YOLOV8_SPLIT, boxes, scores, s.get(2));
        add(Layout.YOLO_NAS, boxes, scores, s.get(2));
        add(Layout.DAMO_YOLO, boxes, scores, s.get(2));
      }
    }
    if (b.get(2) == BOX && s.get(2) == rows && facts.isGrid(rows) && counts(s.get(1))) {
      add(Layout.PP_YOLOE, boxes, scores, s.get(1));
    }
    if (b.get(1) == BOX
        && s.get(2).equals(b.get(2))
        && facts.isGrid(s.get(2))
        && counts(s.get(1))) {
      add(Layout.YOLOV8_SPLIT, boxes, scores, s.get(1));
    }
  }

  private void detr(int boxes, int rows, int scores, int classes) {
    boolean softmax = facts.labels() == 0 && classes == CATEGORIES_AND_NOTHING;
    if (rows < 1 || rows > ModelFacts.MOST_QUERIES || (softmax && !said)) {
      return;
    }
    int labels = facts.labels();
    if (counts(classes) || (classes == COCO_CATEGORIES && labels == ModelFacts.COCO)) {
      add(Layout.DETR, boxes, scores, classes);
    } else if (isRfDetr(facts.outputs()) && labels > 0 && classes == labels + 1) {
      // Its last score is that of nothing.
      add(Layout.DETR, boxes, scores, labels);
    }
  }

  /** Whether the outputs are called as RF-DETR's exports call them. */
  static boolean isRfDetr(List<TensorInfo> outputs) {
    List<String> names = outputs.stream().map(TensorInfo::name).toList();
    return names.contains("dets")
        && names.contains("labels")
        && outputs.stream()
            .filter(o -> o.name().equals("labels"))
            .allMatch(o -> o.shape().size() == 3);
  }

  private boolean counts(int classes) {
    return facts.labels() > 0 ? classes == facts.labels() : classes > 0 && classes != BOX;
  }

  private void add(Layout layout, int boxes, int scores, int classes) {
    fits.add(new Clear(layout, List.of(boxes, scores), classes, "", 0, 0));
  }
}
