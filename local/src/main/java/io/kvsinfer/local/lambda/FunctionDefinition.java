package io.kvsinfer.local.lambda;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A function as it would be deployed.
 *
 * @param handler class of the handler, or {@code class::method}
 * @param classPath the packaged jar, or jars
 * @param environment its variables, credentials and endpoints included
 * @param memoryMiB Lambda's memory size
 * @param timeout of an invocation, at most 15 minutes
 */
public record FunctionDefinition(
    String name,
    String handler,
    List<Path> classPath,
    Map<String, String> environment,
    String region,
    int memoryMiB,
    Duration timeout) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final int SMALLEST_MEMORY = 128;
  private static final int LARGEST_MEMORY = 10_240;

  public FunctionDefinition {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("function name must match " + NAME.pattern());
    }
    if (memoryMiB < SMALLEST_MEMORY || memoryMiB > LARGEST_MEMORY) {
      throw new IllegalArgumentException(
          name + ": memory must be 128 to 10240 MiB, not " + memoryMiB);
    }
    if (!timeout.isPositive() || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + ": timeout must be more than 0 and at most " + LONGEST + ", not " + timeout);
    }
    classPath = List.copyOf(classPath);
    environment = Map.copyOf(environment);
  }

  /** Its ARN in the local account. */
  public String arn() {
    return "arn:aws:lambda:" + region + ":000000000000:function:" + name;
  }
}
