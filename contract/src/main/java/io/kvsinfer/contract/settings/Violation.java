package io.kvsinfer.contract.settings;

/**
 * One thing wrong in settings.
 *
 * @param path where, as {@code cameras[0].detectors[1].confirm.hits}; of a table item without the
 *     leading {@code cameras[i].}
 * @param value what stands there, as JSON, shortened; empty when something is missing
 * @param message what would be right
 */
public record Violation(String path, String value, String message) {
  @Override
  public String toString() {
    return value.isEmpty() ? path + ": " + message : path + " = " + value + ": " + message;
  }
}
