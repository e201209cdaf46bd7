package io.kvsinfer.cli;

import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.TimeRange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which incidents are asked for. */
final class IncidentFilter {
  @Option(names = "--camera", paramLabel = "ID", description = "Of this camera.")
  @Nullable String camera;

  @Option(names = "--type", description = "Of this detector type, such as fire_smoke.")
  @Nullable String type;

  @Option(names = "--label", description = "Of this label, such as fire.")
  @Nullable String label;

  @Option(names = "--plate", paramLabel = "TEXT", description = "With this plate, exactly.")
  @Nullable String plate;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "1d",
      converter = Since.Converter.class,
      description =
          "Started since: 90s, 15m, 2h, 7d, a day or a time; ${DEFAULT-VALUE} unless given.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private Since since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Since.Converter.class,
      description = "Started before; written as --since is.")
  private @Nullable Since until;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** When they started; refuses what no option may be. */
  TimeRange range(Instant now) {
    if (camera != null && !Names.CAMERA_ID.matcher(camera).matches()) {
      throw new ParameterException(
          spec.commandLine(), "--camera must match " + Names.CAMERA_ID.pattern());
    }
    try {
      // Without an end there is none: a producer's clock may be ahead of this one.
      Instant from = since.from(now);
      Since end = until;
      return end == null ? TimeRange.since(from) : new TimeRange(from, end.from(now));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--since must be before --until", e);
    }
  }

  boolean takes(Incident incident) {
    return (camera == null || incident.cameraId().equals(camera))
        && (type == null || incident.type().equals(type))
        && (label == null || incident.label().equals(label));
  }
}
