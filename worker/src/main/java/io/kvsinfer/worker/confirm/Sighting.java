package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.media.frame.FrameTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The object of an incident in one frame.
 *
 * @param time of the frame; without fragment where only its capture time is known any more
 * @param width of the frame in pixels
 * @param height likewise
 * @param box 0..1 of the picture
 * @param confidence 0..1
 * @param regions names of the include regions the object stands in
 * @param trackId null when no track of this run was it
 * @param plate as read so far; null where there is none or nobody reads
 */
public record Sighting(
    FrameTime time,
    int width,
    int height,
    Box box,
    double confidence,
    List<String> regions,
    @Nullable Long trackId,
    @Nullable Plate plate) {
  public Sighting {
    regions = List.copyOf(regions);
  }

  /** An object without a plate. */
  public Sighting(
      FrameTime time,
      int width,
      int height,
      Box box,
      double confidence,
      List<String> regions,
      @Nullable Long trackId) {
    this(time, width, height, box, confidence, regions, trackId, null);
  }
}
