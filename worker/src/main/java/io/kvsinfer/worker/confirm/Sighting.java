package io.kvsinfer.worker.confirm;

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
 */
public record Sighting(
    FrameTime time,
    int width,
    int height,
    Box box,
    double confidence,
    List<String> regions,
    @Nullable Long trackId) {
  public Sighting {
    regions = List.copyOf(regions);
  }
}
