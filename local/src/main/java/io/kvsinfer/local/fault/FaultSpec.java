package io.kvsinfer.local.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads faults as users write them. */
final class FaultSpec {
  private static final List<String> KINDS =
      List.of(
          "reset",
          "stall",
          "slow",
          "truncate",
          "garbage",
          "400 to 599",
          "limit",
          "connections",
          "expire",
          "error",
          "gap",
          "duplicate",
          "reorder",
          "skew",
          "codec",
          "silence");

  private final String spec;
  private final Map<String, String> settings;

  private FaultSpec(String spec, Map<String, String> settings) {
    this.spec = spec;
    this.settings = settings;
  }

  static Fault parse(String text) {
    String spec = text.strip();
    int colon = spec.indexOf(':');
    String kind = colon < 0 ? spec : spec.substring(0, colon);
    FaultSpec read = new FaultSpec(spec, colon < 0 ? Map.of() : settings(spec, colon + 1));
    Effect effect = read.effect(kind);
    return read.fault(kind, effect);
  }

  private static Map<String, String> settings(String spec, int from) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String part : spec.substring(from).split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1 || equals == part.length() - 1) {
        throw wrong(spec, "\"" + part + "\" is not of the form name=value");
      }
      if (settings.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
        throw wrong(spec, part.substring(0, equals) + " stands there twice");
      }
    }
    return settings;
  }

  private Effect effect(String kind) {
    return switch (kind) {
      case "reset" -> new Effect.Reset(whole("after", 0));
      case "stall" -> new Effect.Stall(whole("after", 0), seconds("seconds", 30, 0));
      case "slow" ->
          new Effect.Slowness(
              Math.max(1, whole("bytes_per_second", 20_000)), seconds("seconds", 0, 0));
      case "truncate" -> new Effect.Truncation(whole("after", 1000), flag("clean"));
      case "garbage" ->
          new Effect.Garbage(whole("after", 1000), (int) Math.min(1 << 20, whole("bytes", 200)));
      case "limit" -> new Effect.Refusal(400, "ClientLimitExceededException");
      case "connections" -> new Effect.Refusal(400, "ConnectionLimitExceededException");
      case "expire" -> new Effect.Expiry();
      case "error" ->
          new Effect.InBandError(
              (int) whole("id", 5000), settings.getOrDefault("code", meaning(whole("id", 5000))));
      case "gap" -> new Effect.Gap();
      case "duplicate" -> new Effect.Duplicate();
      case "reorder" -> new Effect.Reorder();
      case "skew" -> new Effect.ClockSkew(seconds("seconds", 60, Long.MIN_VALUE));
      case "codec" -> new Effect.CodecChange(file());
      case "silence" -> new Effect.Silence(seconds("seconds", 30, 0));
      default -> status(kind);
    };
  }

  /** What the reference of GetMedia says of its errors. */
  private static String meaning(long id) {
    return switch ((int) id) {
      case 3002 -> "Error writing to the stream";
      case 4000 -> "Requested fragment is not found";
      case 4500 -> "Access denied for the stream's KMS key";
      case 4501 -> "Stream's KMS key is disabled";
      case 4502 -> "Validation error on the stream's KMS key";
      case 4503 -> "KMS key specified in the stream is unavailable";
      case 4504 -> "Invalid usage of the KMS key specified in the stream";
      case 4505 -> "Invalid state of the KMS key specified in the stream";
      case 4506 -> "Unable to find the KMS key specified in the stream";
      default -> "Internal error";
    };
  }

  private Effect status(String kind) {
    if (!kind.matches("[45]\\d\\d")) {
      throw wrong(
          spec, "there is no fault \"" + kind + "\"; there are " + String.join(", ", KINDS));
    }
    int status = Integer.parseInt(kind);
    String type =
        switch (status) {
          case 401, 403 -> "NotAuthorizedException";
          case 404 -> "ResourceNotFoundException";
          case 429 -> "ClientLimitExceededException";
          default -> status >= 500 ? "InternalFailure" : "InvalidArgumentException";
        };
    return new Effect.Refusal(status, type);
  }

  private Fault fault(String kind, Effect effect) {
    Optional<String> stream = Optional.ofNullable(settings.get("stream"));
    List<String> apis = apis(effect);
    Duration after = seconds("at", 0, 0);
    Optional<Duration> every =
        settings.containsKey("every") ? Optional.of(seconds("every", 0, 0)) : Optional.empty();
    int times = times(effect instanceof Effect.ClockSkew ? Fault.ALWAYS : 1);
    checkNames(kind, effect);
    return new Fault(spec, effect, stream, apis, times, after, every);
  }

  private List<String> apis(Effect effect) {
    String byDefault = effect instanceof Effect.Refusal ? "all" : "media";
    String name = settings.getOrDefault("api", byDefault);
    return Apis.named(name)
        .orElseThrow(() ->
            wrong(
                spec,
                "there is no api \""
                    + name
                    + "\"; it is a call's name, as GetMedia, or one of "
                    + String.join(", ", Apis.HLS)
                    + ", or all, calls, hls or media"));
  }

  private void checkNames(String kind, Effect effect) {
    TreeSet<String> known = new TreeSet<>(List.of("stream", "times", "at", "every"));
    switch (effect) {
      case Effect.Refusal r -> known.add("api");
      case Effect.Reset r -> known.addAll(List.of("api", "after"));
      case Effect.Stall s -> known.addAll(List.of("api", "after", "seconds"));
      case Effect.Slowness s -> known.addAll(List.of("api", "bytes_per_second", "seconds"));
      case Effect.Truncation t -> known.addAll(List.of("api", "after", "clean"));
      case Effect.Garbage g -> known.addAll(List.of("api", "after", "bytes"));
      case Effect.InBandError e -> known.addAll(List.of("id", "code"));
      case Effect.ClockSkew s -> known.add("seconds");
      case Effect.Silence s -> known.add("seconds");
      case Effect.CodecChange c -> known.add("file");
      case Effect.Expiry e -> {}
      case Effect.Gap g -> {}
      case Effect.Duplicate d -> {}
      case Effect.Reorder r -> {}
    }
    for (String name : settings.keySet()) {
      if (!known.contains(name)) {
        throw wrong(spec, kind + " has no \"" + name + "\"; it has " + String.join(", ", known));
      }
    }
  }

  private int times(int byDefault) {
    String text = settings.getOrDefault("times", "");
    if (text.equals("always")) {
      return Fault.ALWAYS;
    }
    long times = whole("times", byDefault);
    if (times < 1) {
      throw wrong(spec, "times must be 1 or more, or always");
    }
    return (int) Math.min(times, Fault.ALWAYS);
  }

  private long whole(String name, long byDefault) {
    String text = settings.get(name);
    if (text == null) {
      return byDefault;
    }
    if (!text.matches("\\d{1,12}")) {
      throw wrong(spec, name + " must be a whole number");
    }
    return Long.parseLong(text);
  }

  private Duration seconds(String name, long byDefault, long least) {
    String text = settings.get(name);
    if (text == null) {
      return Duration.ofSeconds(byDefault);
    }
    if (!text.matches("-?\\d{1,9}(\\.\\d{1,3})?") || (least >= 0 && text.startsWith("-"))) {
      throw wrong(
          spec, name + " must be a number of seconds" + (least >= 0 ? ", not below 0" : ""));
    }
    return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
  }

  private boolean flag(String name) {
    String text = settings.getOrDefault(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw wrong(spec, name + " must be true or false");
    }
    return text.equals("true");
  }

  private Path file() {
    String text = settings.get("file");
    if (text == null) {
      throw wrong(spec, "codec needs file=FILE, the video to play for a while");
    }
    Path file = Path.of(text);
    if (!Files.isReadable(file)) {
      throw wrong(spec, "there is no file " + text + " to read");
    }
    return file;
  }

  private static IllegalArgumentException wrong(String spec, String what) {
    return new IllegalArgumentException("fault " + spec + ": " + what + ".");
  }
}
