package io.kvsinfer.contract.settings;

/**
 * One thing wrong in settings.
 *
 * @param path where, as {@code cameras[0].detectors[1].confirm.hits}; of a table item without the
 *     leading {@code cameras[i].}; empty where it is about the whole
 * @param value what stands there, as JSON, shortened; empty when something is missing
 * @param message what would be right
 */
public record Violation(String path, String value, String message) {
  @Override
  public String toString() {
    String what = value.isEmpty() ? path : path + " = " + value;
    return what.isEmpty() ? message : what + ": " + message;
  }
}
