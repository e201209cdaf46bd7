package io.kvsinfer.contract.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Moves what stands under an older name to where it belongs now. */
final class OlderNames {
  /** An older place and the place of today, keys from the camera down. */
  private record Move(List<String> from, List<String> to) {
    static Move of(String from, String to) {
      return new Move(List.of(from.split("\\.")), List.of(to.split("\\.")));
    }
  }

  private static final List<Move> IN_A_CAMERA =
      List.of(
          Move.of("name", "id"),
          Move.of("camera_id", "id"),
          Move.of("kvs_stream_name", "stream_name"),
          Move.of("playback.kvs_stream_name", "stream_name"),
          Move.of("fps_limit", "fps_target"),
          Move.of("roi", "regions"),
          Move.of("playback.hls_session_seconds", "playback.hls.session_seconds"),
          Move.of("playback.hls.hls_session_seconds", "playback.hls.session_seconds"));

  private static final List<Move> AT_THE_TOP = List.of(Move.of("aws_region", "aws.region"));

  private OlderNames() {}

  /** A camera, or the defaults of all, with the names of today. */
  static Tree.Fields inCamera(Tree.Fields camera, Findings findings) {
    return apply(IN_A_CAMERA, camera, findings);
  }

  /** A file's top level with the names of today. */
  static Tree.Fields atTheTop(Tree.Fields file, Findings findings) {
    return apply(AT_THE_TOP, file, findings);
  }

  private static Tree.Fields apply(List<Move> moves, Tree.Fields fields, Findings findings) {
    Tree.Fields changed = fields;
    for (Move move : moves) {
      changed = apply(move, changed, findings);
    }
    return changed;
  }

  private static Tree.Fields apply(Move move, Tree.Fields fields, Findings findings) {
    Tree old = at(fields, move.from());
    if (old == null) {
      return fields;
    }
    String today = String.join(".", move.to());
    Tree given = at(fields, move.to());
    Tree.Fields without = remove(fields, move.from());
    if (given != null && !Tree.same(old, given)) {
      findings.refuse(
          old,
          "is the older name of %s, which says %s at %s: keep one of them"
              .formatted(today, Excerpt.of(given), given.path()));
      return without;
    }
    findings.notice(old.path() + ": older name of " + today);
    return given != null ? without : put(without, move.to(), old);
  }

  private static @Nullable Tree at(Tree.Fields fields, List<String> keys) {
    Tree value = fields.entries().get(keys.getFirst());
    if (keys.size() == 1) {
      return value;
    }
    return value instanceof Tree.Fields map ? at(map, keys.subList(1, keys.size())) : null;
  }

  private static Tree.Fields remove(Tree.Fields fields, List<String> keys) {
    String key = keys.getFirst();
    if (keys.size() == 1) {
      return fields.without(key);
    }
    return fields.entries().get(key) instanceof Tree.Fields map
        ? fields.with(key, remove(map, keys.subList(1, keys.size())))
        : fields;
  }

  private static Tree.Fields put(Tree.Fields fields, List<String> keys, Tree value) {
    String key = keys.getFirst();
    if (keys.size() == 1) {
      return fields.with(key, value);
    }
    Tree under = fields.entries().get(key);
    if (under != null && !(under instanceof Tree.Fields)) {
      return fields; // refused where it is read
    }
    Tree.Fields map =
        under instanceof Tree.Fields given
            ? given
            : Tree.Fields.empty(Paths.child(fields.path(), key));
    return fields.with(key, put(map, keys.subList(1, keys.size()), value));
  }
}
