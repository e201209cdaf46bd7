package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.yolo.GridMap.Order;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.ArrayList;
import java.util.List;

/** Ways to read the maps of a head before its decoder, all of one stride each. */
final class MapFits {
  /** Bins that YOLOv8 and its like have for each side of a box; 26 has one. */
  private static final List<Integer> BINS = List.of(16, 1);

  private final ModelFacts facts;
  private final boolean said;
  private final List<Clear> fits = new ArrayList<>();

  /**
   * @param said whether the layout is known anyway, so that unlikely ones count too
   */
  MapFits(ModelFacts facts, boolean said) {
    this.facts = facts;
    this.said = said;
  }

  /** Every way to read the outputs. */
  List<Clear> all() {
    List<GridMap> maps = GridMap.all(facts.shapes(), facts.width(), facts.height());
    if (maps.isEmpty()) {
      return List.of();
    }
    List<Integer> outputs = maps.stream().map(GridMap::output).toList();
    int channels = maps.getFirst().channels();
    if (channels % GridMap.ANCHORS == 0) {
      add(Layout.YOLOV5_MAPS, outputs, channels / GridMap.ANCHORS - 5, 0);
      if (said || maps.size() == ModelFacts.TWO_GRIDS.size()) {
        // Of three grids hardly any export is Darknet's; of two, they are as likely.
        add(Layout.YOLOV3_MAPS, outputs, channels / GridMap.ANCHORS - 5, 0);
      }
    }
    if (maps.getFirst().order() != Order.BY_ANCHOR) {
      for (int bins : BINS) {
        add(Layout.YOLOV8_MAPS, outputs, channels - 4 * bins, bins);
      }
      add(Layout.YOLOX_MAPS, outputs, channels - 5, 0);
    }
    return likely();
  }

  private void add(Layout layout, List<Integer> outputs, int classes, int bins) {
    if (classes > 0 && (said || facts.mayHave(classes))) {
      fits.add(new Clear(layout, outputs, classes, "", 0, bins));
    }
  }

  /** Where no labels are known, those with COCO's classes if there are any. */
  private List<Clear> likely() {
    List<Clear> coco = fits.stream().filter(f -> f.classes() == ModelFacts.COCO).toList();
    if (facts.labels() > 0 && said) {
      // The number of bins is not said: the one that leaves as many classes as there are labels.
      List<Clear> counted = fits.stream().filter(f -> f.classes() == facts.labels()).toList();
      return counted.isEmpty() ? List.copyOf(fits) : counted;
    }
    return facts.labels() > 0 || coco.isEmpty() || said ? List.copyOf(fits) : coco;
  }
}
