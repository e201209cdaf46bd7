package io.kvsinfer.cli;

import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.settings.Violation;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A settings file, or a spreadsheet of cameras by its name, and what reading it came to. */
record SettingsFile(Path path, Verdict<Settings> verdict) {
  /** Reads a file; one that cannot be read is refused like one that is wrong. */
  static SettingsFile read(Path path) {
    try {
      if (Files.isRegularFile(path) && Files.size(path) > 4L * SettingsReader.LONGEST_FILE) {
        return refused(path, "is too long for settings");
      }
      String text = Files.readString(path);
      boolean sheet = path.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
      return new SettingsFile(path, sheet ? CsvCameras.read(text) : SettingsReader.read(text));
    } catch (NoSuchFileException e) {
      return refused(path, "there is no such file");
    } catch (AccessDeniedException e) {
      return refused(path, "must be readable by this user: permission denied");
    } catch (CharacterCodingException e) {
      return refused(path, "must be text in UTF-8");
    } catch (IOException e) {
      return refused(path, "cannot be read: " + e.getMessage());
    }
  }

  private static SettingsFile refused(Path path, String message) {
    return new SettingsFile(path, new Verdict.Refused<>(List.of(new Violation("", "", message))));
  }
}
