package io.kvsinfer.cli;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.MediaKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Brings the pictures that events name to this machine. */
final class EventPictures {
  private static final Pattern NAME = Pattern.compile("\\d{1,9}-(snapshot|annotated|crop)\\.jpg");

  private final S3Client s3;
  private final Path folder;
  private final List<String> missing = new ArrayList<>();

  EventPictures(S3Client s3, Path folder) {
    this.s3 = s3;
    this.folder = folder;
  }

  /** Writes them and returns the files, in the order of the events. */
  List<Path> write(List<IncidentEvent> events) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (IncidentEvent event : events) {
      List<S3Object> named =
          Arrays.asList(event.snapshot(), event.annotated(), event.crop()).stream()
              .filter(Objects::nonNull)
              .toList();
      for (S3Object object : named) {
        if (isPicture(event.cameraId(), object)) {
          fetch(object, folder.resolve(name(object)), files);
        } else {
          missing.add(object.key() + " (not a picture of this camera)");
        }
      }
    }
    return files;
  }

  /** The picture that shows an incident best; empty where there is none, or none any more. */
  static Optional<byte[]> ofIncident(S3Client s3, Incident incident) {
    S3Object annotated = incident.evidence().annotated();
    S3Object object = annotated != null ? annotated : incident.evidence().snapshot();
    if (object == null || !isPicture(incident.cameraId(), object)) {
      return Optional.empty();
    }
    try {
      return Optional.of(bytes(s3, object));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  /** An event may name anything: only pictures of its camera are fetched. */
  private static boolean isPicture(String camera, S3Object object) {
    return object.key().startsWith(MediaKeys.picturesOf(camera))
        && NAME.matcher(name(object)).matches();
  }

  private static String name(S3Object object) {
    return object.key().substring(object.key().lastIndexOf('/') + 1);
  }

  private static byte[] bytes(S3Client s3, S3Object object) {
    return s3.getObjectAsBytes(r -> r.bucket(object.bucket()).key(object.key())).asByteArray();
  }

  /** What was named and is not there, with the reason. */
  List<String> missing() {
    return missing;
  }

  private void fetch(S3Object object, Path file, List<Path> files) throws IOException {
    try {
      OutputFile.write(file, bytes(s3, object));
      files.add(file);
    } catch (NoSuchKeyException e) {
      missing.add(object.key() + " (no longer kept)");
    }
  }
}
