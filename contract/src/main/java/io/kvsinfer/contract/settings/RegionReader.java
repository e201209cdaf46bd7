package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the regions of a camera. */
final class RegionReader {
  private static final Map<String, Kind> KINDS =
      PlaybackReader.byName(Kind.values(), k -> k.name().toLowerCase(Locale.ROOT));
  private static final int MOST_REGIONS = 100;
  private static final int MOST_POINTS = 100;
  private static final Polygon PLACEHOLDER =
      new Polygon(List.of(new Point(0, 0), new Point(1, 0), new Point(0, 1)));

  private final Findings findings;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();

  RegionReader(Findings findings) {
    this.findings = findings;
  }

  /** Kinds by name of the regions read. */
  Map<String, Kind> kinds() {
    return kinds;
  }

  List<RegionSettings> read(Section camera) {
    List<RegionSettings> regions = new ArrayList<>();
    for (Tree element : camera.list("regions", MOST_REGIONS)) {
      if (element instanceof Tree.Fields fields) {
        regions.add(region(new Section(fields, findings)));
      } else {
        findings.refuse(element, "must be a map with name, kind and polygon");
      }
    }
    return regions;
  }

  private RegionSettings region(Section section) {
    String name = section.text("name", TextForm.NAME);
    if (!section.has("name")) {
      section.refuse("name", "is missing: " + TextForm.NAME.allowed());
    }
    Kind kind = section.choice("kind", KINDS, Kind.INCLUDE);
    if (name != null && kinds.putIfAbsent(name, kind) != null) {
      section.refuse("name", "is the name of another region; choose another");
    }
    if (!section.has("polygon")) {
      section.refuse("polygon", "is missing: must be a list of points [x, y], each 0 to 1");
    }
    Polygon polygon = polygon(section);
    section.end();
    return new RegionSettings(name == null ? "refused" : name, kind, polygon);
  }

  private Polygon polygon(Section section) {
    List<Tree> elements = section.list("polygon", MOST_POINTS);
    List<Point> points = new ArrayList<>();
    for (Tree element : elements) {
      BigDecimal x = null;
      BigDecimal y = null;
      if (element instanceof Tree.Items pair && pair.elements().size() == 2) {
        x = Values.number(pair.elements().get(0), Range.SHARE, findings);
        y = Values.number(pair.elements().get(1), Range.SHARE, findings);
      } else {
        findings.refuse(element, "must be a point [x, y], each from 0 to 1 of the picture");
      }
      if (x == null || y == null) {
        return PLACEHOLDER;
      }
      points.add(new Point(x.doubleValue(), y.doubleValue()));
    }
    if (points.size() > 3 && points.getFirst().equals(points.getLast())) {
      points.removeLast(); // some write the way back to the first point
    }
    if (points.size() < 3) {
      if (section.has("polygon")) {
        section.refuse("polygon", "must have at least 3 points");
      }
      return PLACEHOLDER;
    }
    PolygonShape.problem(points).ifPresent(problem -> section.refuse("polygon", problem));
    return new Polygon(points);
  }
}
