package io.kvsinfer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.store.MediaKeys;
import io.kvsinfer.store.PoisonRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Finds and removes what a camera left in tables and bucket. The archive holds the events of many
 * cameras in one object: such an object is written anew without this camera's lines.
 */
final class CameraPurge {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int DELETES = 1000;

  private final StoreAccess store;
  private final String camera;
  private final S3Client s3;
  private final String bucket;

  CameraPurge(StoreAccess store, String camera) {
    this.store = store;
    this.camera = camera;
    this.bucket = store.bucket();
    this.s3 = store.s3();
  }

  /** How much of each kind there is, or was. */
  record Found(
      long events,
      long incidents,
      long pictures,
      long archiveLines,
      long archiveObjects,
      long fenced,
      long poison) {
    ObjectNode toJson() {
      return Json.object()
          .put("events", events)
          .put("incidents", incidents)
          .put("pictures", pictures)
          .put("archive_lines", archiveLines)
          .put("archive_objects", archiveObjects)
          .put("fenced", fenced)
          .put("poison", poison);
    }
  }

  /** What {@link #remove} would remove. */
  Found look() throws IOException {
    return go(false);
  }

  /** Removes it; may be repeated. */
  Found remove() throws IOException {
    Found found = go(true);
    // Incidents that were open stand there too, with their plates.
    store.states().deleteCheckpoint(camera);
    return found;
  }

  private Found go(boolean remove) throws IOException {
    // Pictures first: while rows are there, another attempt finds all that is left.
    List<String> pictures = keys(MediaKeys.picturesOf(camera));
    List<String> fenced = keys(MediaKeys.fencedOf(camera));
    List<String> poison = poison();
    if (remove) {
      delete(pictures);
      delete(fenced);
      delete(poison);
    }
    long lines = 0;
    long objects = 0;
    for (String key : keys(MediaKeys.ARCHIVE)) {
      long ofCamera = archived(key, remove);
      lines += ofCamera;
      objects += ofCamera > 0 ? 1 : 0;
    }
    List<String> incidents = store.incidents().idsOf(camera);
    long events = remove ? store.events().deleteAll(camera) : store.events().count(camera);
    if (remove) {
      store.incidents().deleteAll(incidents);
    }
    return new Found(
        events, incidents.size(), pictures.size(), lines, objects, fenced.size(), poison.size());
  }

  /** How many lines of an archived object are this camera's; they are taken out if asked. */
  private long archived(String key, boolean remove) throws IOException {
    byte[] zipped = s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
    List<String> kept = new ArrayList<>();
    long found = 0;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (camera.equals(cameraOf(line))) {
          found++;
        } else {
          kept.add(line);
        }
      }
    } catch (IOException e) {
      throw new IOException("archived object " + key + " cannot be read: " + e.getMessage(), e);
    }
    if (remove && found > 0) {
      if (kept.isEmpty()) {
        delete(List.of(key));
      } else {
        s3.putObject(
            r -> r.bucket(bucket).key(key).contentType("application/gzip"),
            RequestBody.fromBytes(gzip(kept)));
      }
    }
    return found;
  }

  private List<String> poison() throws IOException {
    List<String> found = new ArrayList<>();
    for (String key : keys(MediaKeys.POISON)) {
      byte[] bytes = s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
      PoisonRecord record = PoisonRecord.ofJson(bytes);
      String data = new String(record.data(), StandardCharsets.UTF_8);
      if (camera.equals(record.partitionKey()) || camera.equals(cameraOf(data))) {
        found.add(key);
      }
    }
    return found;
  }

  private static String cameraOf(String line) {
    try {
      return Optional.ofNullable(JSON.readTree(line))
          .map((JsonNode tree) -> tree.path("camera_id").asText())
          .orElse("");
    } catch (JsonProcessingException e) {
      // Not an event, so nobody's.
      return "";
    }
  }

  private List<String> keys(String prefix) {
    return s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private void delete(List<String> keys) {
    for (int from = 0; from < keys.size(); from += DELETES) {
      List<ObjectIdentifier> some =
          keys.subList(from, Math.min(keys.size(), from + DELETES)).stream()
              .map(key -> ObjectIdentifier.builder().key(key).build())
              .toList();
      DeleteObjectsResponse answer =
          s3.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(some).quiet(true)));
      if (!answer.errors().isEmpty()) {
        S3Error first = answer.errors().getFirst();
        throw new CommandFailedException(
            "%d objects are still there, such as %s: %s"
                .formatted(answer.errors().size(), first.key(), first.message()));
      }
    }
  }

  private static byte[] gzip(List<String> lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (String line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
