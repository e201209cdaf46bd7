package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.worker.detect.DetectorException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a reader's output spells a text. */
public enum ReaderLayout {
  /**
   * Connectionist temporal classification: steps from left to right, of which repetitions are one
   * character and blanks none.
   */
  CTC,
  /** A fixed number of places, one character or nothing in each. */
  SLOTS;

  /** As {@code params.reader_layout} and metadata name it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The layout of that name.
   *
   * @throws DetectorException naming the choices
   */
  static ReaderLayout of(String name) {
    return Arrays.stream(values())
        .filter(l -> l.id().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new DetectorException(
                "params.reader_layout = %s: must be one of %s"
                    .formatted(
                        name,
                        Arrays.stream(values())
                            .map(ReaderLayout::id)
                            .collect(Collectors.joining(", ")))));
  }
}
