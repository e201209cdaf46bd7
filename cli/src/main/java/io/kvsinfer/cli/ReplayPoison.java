package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.EventFormatException;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.store.MediaKeys;
import io.kvsinfer.store.PoisonRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@code events replay-poison}: puts records that were set aside on the stream again. */
@Command(
    name = "replay-poison",
    description = {
      "Puts events that could not be stored on the event stream again, once what was wrong with"
          + " them or with the tables is put right.",
      "What this version cannot read either stays where it is."
    },
    mixinStandardHelpOptions = true)
final class ReplayPoison implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private EventsCommand parent;

  @Option(names = "--camera", paramLabel = "ID", description = "Of this camera only.")
  private @Nullable String camera;

  @Option(names = "--dry-run", description = "Only says what would be done.")
  private boolean dryRun;

  @Option(names = "--json", description = "A line for each record, then {replayed, kept}.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private int replayed;
  private int kept;

  @Override
  public Integer call() {
    if (camera != null && !Names.CAMERA_ID.matcher(camera).matches()) {
      throw new ParameterException(
          spec.commandLine(), "--camera must match " + Names.CAMERA_ID.pattern());
    }
    try (StoreAccess store = parent.store()) {
      String bucket = store.bucket();
      List<String> keys =
          store
              .s3()
              .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(MediaKeys.POISON))
              .contents()
              .stream()
              .map(S3Object::key)
              .toList();
      for (String key : keys) {
        replay(store, bucket, key);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.object().put("replayed", replayed).put("kept", kept));
    } else {
      out.printf("%d %s, %d kept%n", replayed, dryRun ? "to replay" : "replayed", kept);
    }
    return 0;
  }

  private void replay(StoreAccess store, String bucket, String key) {
    byte[] object = store.s3().getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
    PoisonRecord record;
    try {
      record = PoisonRecord.ofJson(object);
    } catch (IOException e) {
      // Whoever put it there: the others are not held up by it.
      if (camera == null) {
        kept++;
        tell(key, "kept", "not what the events function sets aside: not a poison record");
      }
      return;
    }
    IncidentEvent event;
    try {
      if (!(EventCodec.read(record.data()) instanceof IncidentEvent read)) {
        keep(key, record, "a lease record, which is of no use any more");
        return;
      }
      event = read;
    } catch (EventFormatException e) {
      keep(key, record, String.valueOf(e.getMessage()));
      return;
    }
    if (!Names.CAMERA_ID.matcher(event.cameraId()).matches()) {
      keep(key, record, "camera_id: must match " + Names.CAMERA_ID.pattern());
      return;
    }
    if (camera != null && !camera.equals(event.cameraId())) {
      return;
    }
    if (!dryRun) {
      put(store, event);
      store.s3().deleteObject(r -> r.bucket(bucket).key(key));
    }
    replayed++;
    tell(key, "replayed", record.reason());
  }

  /** On the stream it comes after the leases of later workers, which must not fence it. */
  private static void put(StoreAccess store, IncidentEvent event) {
    ObjectNode tree = EventCodec.tree(event);
    tree.remove("generation");
    byte[] bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
    store
        .kinesis()
        .putRecord(r ->
            r.streamName(store.stream())
                .partitionKey(event.cameraId())
                .data(SdkBytes.fromByteArray(bytes)));
  }

  private void keep(String key, PoisonRecord record, String reason) {
    if (camera == null || camera.equals(record.partitionKey())) {
      kept++;
      tell(key, "kept", reason);
    }
  }

  private void tell(String key, String what, String reason) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.object().put("key", key).put(what, true).put("reason", reason));
    } else {
      out.println(what + " " + Printable.of(key) + ": " + Printable.of(reason));
    }
  }
}
