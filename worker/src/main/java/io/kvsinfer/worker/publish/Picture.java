package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import java.util.Arrays;

/**
 * A JPEG that belongs in S3 before the event that names it.
 *
 * @param jpeg not copied: nobody may change it
 */
@SuppressWarnings("ArrayRecordComponent") // hundreds of kilobytes: not copied, compared by hand
public record Picture(S3Object object, byte[] jpeg) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Picture p && object.equals(p.object) && Arrays.equals(jpeg, p.jpeg);
  }

  @Override
  public int hashCode() {
    return 31 * object.hashCode() + Arrays.hashCode(jpeg);
  }

  @Override
  public String toString() {
    return "Picture[%s, %d B]".formatted(object.key(), jpeg.length);
  }
}
