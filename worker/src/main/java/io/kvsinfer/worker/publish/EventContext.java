package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.geometry.Polygon;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all events of a camera have in common.
 *
 * @param bucket for pictures; null = no pictures are kept
 * @param masks blacked out in every picture, 0..1 of the picture
 * @param models by name of the detector
 */
public record EventContext(
    String cameraId,
    @Nullable String streamArn,
    @Nullable String bucket,
    List<Polygon> masks,
    Map<String, List<ModelRef>> models,
    String settingsRevision) {
  public EventContext {
    masks = List.copyOf(masks);
    models = Map.copyOf(models);
  }
}
