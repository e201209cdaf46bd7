package io.kvsinfer.contract.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a whole settings file: what holds for all cameras, and the cameras. */
final class FileReader {
  private static final int MOST_CAMERAS = 10_000;
  private static final List<String> NEVER_A_DEFAULT = List.of("id", "stream_name", "stream_arn");

  private final Findings findings;

  FileReader(Findings findings) {
    this.findings = findings;
  }

  Settings read(@Nullable Tree tree) {
    if (!(tree instanceof Tree.Fields written)) {
      findings.refuse("", "must be a map with schema: 1 and cameras");
      return new Settings(List.of());
    }
    Section file = new Section(OlderNames.atTheTop(written, findings), findings);
    if (file.has("schema")) {
      file.whole("schema", Range.of(1, 1), 1);
    } else {
      file.take("schema");
      findings.refuse("schema", "is missing: must be 1");
    }
    Section aws = file.section("aws");
    String region = aws.text("region", TextForm.REGION);
    aws.end();
    String device = file.text("device", TextForm.DEVICE);
    CameraReader reader = new CameraReader(CameraReader.Origin.FILE, findings, region, device);
    Tree.Fields defaults = defaults(file, reader);
    Settings settings = new Settings(cameras(file, defaults, reader));
    file.end();
    return settings;
  }

  private Tree.Fields defaults(Section file, CameraReader reader) {
    Tree.Fields defaults = OlderNames.inCamera(file.map("defaults"), findings);
    for (String key : NEVER_A_DEFAULT) {
      Tree value = defaults.entries().get(key);
      if (value != null) {
        findings.refuse(value, "belongs to one camera and has no default");
        defaults = defaults.without(key);
      }
    }
    reader.readDefaults(defaults);
    return defaults;
  }

  private List<CameraSettings> cameras(Section file, Tree.Fields defaults, CameraReader reader) {
    boolean given = file.has("cameras");
    List<Tree> elements = file.list("cameras", MOST_CAMERAS);
    if (!given) {
      findings.refuse("cameras", "is missing: must be a list of cameras");
    } else if (elements.isEmpty() && findings.none()) {
      findings.refuse("cameras", "must have at least one camera");
    }
    List<CameraSettings> cameras = new ArrayList<>();
    Map<String, String> ids = new HashMap<>();
    for (Tree element : elements) {
      if (!(element instanceof Tree.Fields written)) {
        findings.refuse(element, "must be a map of keys and values");
        continue;
      }
      Tree.Fields camera = OlderNames.inCamera(written, findings);
      if (camera.entries().get("id") instanceof Tree.Text id) {
        String other = ids.putIfAbsent(id.value(), id.path());
        if (other != null) {
          findings.refuse(id, "is also " + other + "; each camera needs an id of its own");
        }
      }
      cameras.add(reader.read(camera.over(defaults)));
    }
    return cameras;
  }
}
