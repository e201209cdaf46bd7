package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.AllowList;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.store.CameraTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cameras this process is to watch, and why others were refused.
 *
 * @param refused and why
 */
record CameraList(List<CameraSettings> cameras, List<Refused> refused) {
  /**
   * What is not watched.
   *
   * @param camera its id; null = a whole file
   * @param reason what is wrong
   */
  record Refused(@Nullable String camera, String reason) {
    @Override
    public String toString() {
      return camera == null ? reason : "camera " + camera + ": " + reason;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(CameraList.class);

  CameraList {
    cameras = List.copyOf(cameras);
    refused = List.copyOf(refused);
  }

  /** From a settings file: as a whole it is right or refused. */
  static CameraList of(Path file) throws IOException {
    String yaml;
    try {
      yaml = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no settings file " + file, e);
    }
    return switch (SettingsReader.read(yaml)) {
      case Verdict.Accepted<Settings>(var settings, var notices) -> {
        notices.forEach(n -> log.warn("{}: {}", file, n));
        yield new CameraList(
            settings.cameras().stream().filter(CameraSettings::enabled).toList(), List.of());
      }
      case Verdict.Refused<Settings>(var violations) ->
          new CameraList(List.of(), List.of(new Refused(null, file + ": " + text(violations))));
    };
  }

  /** From the cameras table: each camera for itself. */
  static CameraList of(CameraTable table, List<String> ids, AllowList allowed) {
    List<CameraSettings> cameras = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    for (String id : ids) {
      Optional<CameraTable.CameraItem> item = table.get(id);
      if (item.isEmpty()) {
        refused.add(new Refused(id, "there is no such item in the cameras table"));
        continue;
      }
      switch (SettingsReader.readItem(item.get().tree())) {
        case Verdict.Accepted<CameraSettings>(var settings, var notices) -> {
          notices.forEach(n -> log.warn("camera {}: {}", id, n));
          List<Violation> forbidden = allowed.violations(settings);
          if (forbidden.isEmpty()) {
            cameras.add(settings);
          } else {
            refused.add(new Refused(id, text(forbidden)));
          }
        }
        case Verdict.Refused<CameraSettings>(var violations) ->
            refused.add(new Refused(id, text(violations)));
      }
    }
    return new CameraList(cameras, refused);
  }

  private static String text(List<Violation> violations) {
    return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
  }
}
