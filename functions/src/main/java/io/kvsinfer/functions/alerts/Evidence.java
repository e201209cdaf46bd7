package io.kvsinfer.functions.alerts;

import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.MediaKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Links that open an incident's picture without credentials, for a while.
 *
 * @param bucket the only one that links lead to: an event may name any
 */
record Evidence(S3Presigner presigner, String bucket, Duration lifetime, InstantSource clock) {
  /** The link; null where the incident has no picture of its camera in the bucket. */
  Alert.@Nullable Link link(Incident incident) {
    S3Object picture = Alert.picture(incident);
    if (picture == null
        || !picture.bucket().equals(bucket)
        || !picture.key().startsWith(MediaKeys.picturesOf(incident.cameraId()))) {
      return null;
    }
    Instant until = clock.instant().plus(lifetime);
    String url =
        presigner
            .presignGetObject(request ->
                request
                    .signatureDuration(lifetime)
                    .getObjectRequest(get -> get.bucket(bucket).key(picture.key())))
            .url()
            .toString();
    return new Alert.Link(url, until);
  }
}
