package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.Names;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a task was started for, as ECS's {@code startedBy}: {@code environment/camera/launch}, at
 * most 128 characters of {@code [A-Za-z0-9-/_]}.
 */
record StartedBy(String environment, String cameraId, String launchId) {
  /** In the place of the camera id, of a task that several cameras share; no id begins so. */
  static final String TOGETHER = "_together";

  private static final Pattern FORM = Pattern.compile("([^/]+)/([^/]+)/([^/]+)");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,30}");

  StartedBy {
    if (!PART.matcher(environment).matches()
        || !(cameraId.equals(TOGETHER) || Names.CAMERA_ID.matcher(cameraId).matches())
        || !PART.matcher(launchId).matches()) {
      throw new IllegalArgumentException("environment, camera or launch id is not as it must be");
    }
  }

  /** Empty when a task was started by somebody else. */
  static Optional<StartedBy> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StartedBy(matcher.group(1), matcher.group(2), matcher.group(3)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String text() {
    return environment + "/" + cameraId + "/" + launchId;
  }

  /** 64 hex digits, the same for the same launch. */
  String clientToken() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
