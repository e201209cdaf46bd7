package io.kvsinfer.local.lambda;

import io.kvsinfer.embedded.ChildProcess;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * One process of a function with a Runtime API of its own, so that no answer of an older process is
 * ever taken for one of a newer.
 */
final class Sandbox implements AutoCloseable {
  private static final double HEAP_PART = 0.8;

  private final FunctionDefinition function;
  private final RuntimeApi api;
  private final ChildProcess process;

  private Sandbox(FunctionDefinition function, RuntimeApi api, ChildProcess process) {
    this.function = function;
    this.api = api;
    this.process = process;
  }

  /** Starts the process; it is set up while the first invocation waits. */
  static Sandbox start(FunctionDefinition function, Path log) {
    RuntimeApi api = new RuntimeApi(function);
    try {
      ChildProcess process =
          ChildProcess.start(
              "function-" + function.name(),
              command(function, log),
              environment(function, api.address()),
              log);
      var _ = process.onExit().thenAccept(code -> api.end(ended(function, code)));
      return new Sandbox(function, api, process);
    } catch (RuntimeException e) {
      api.close();
      throw e;
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Invokes it; after an error of the process itself it is no longer of use. */
  byte[] invoke(byte[] payload) throws FunctionException, InterruptedException {
    Duration timeout = function.timeout();
    Invocation invocation = Invocation.of(payload, System.currentTimeMillis() + timeout.toMillis());
    api.submit(invocation);
    try {
      return invocation.answer().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.kill();
      throw new FunctionException(
          "Sandbox.Timedout", function.name() + " timed out after " + timeout);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FunctionException failure) {
        throw failure;
      }
      throw new IllegalStateException("an invocation fails with FunctionException only", e);
    }
  }

  private static FunctionException ended(FunctionDefinition function, int code) {
    return new FunctionException(
        "Runtime.ExitError",
        function.name() + " ended with exit code " + code + " while it was invoked");
  }

  private static List<String> command(FunctionDefinition function, Path log) {
    List<Path> classPath = new ArrayList<>(function.classPath());
    classPath.addAll(RuntimeInterfaceClient.classPath());
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + (int) (function.memoryMiB() * HEAP_PART) + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:ErrorFile=" + log + ".crash",
        "-D"
            + RuntimeInterfaceClient.LIBRARY_PROPERTY
            + "="
            + RuntimeInterfaceClient.nativeLibrary(),
        "-cp",
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
        RuntimeInterfaceClient.MAIN,
        function.handler());
  }

  private static Map<String, String> environment(FunctionDefinition function, String api) {
    Map<String, String> environment = new HashMap<>(function.environment());
    environment.put("AWS_LAMBDA_RUNTIME_API", api);
    environment.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMiB()));
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
    environment.put("AWS_REGION", function.region());
    environment.put("AWS_DEFAULT_REGION", function.region());
    environment.put("_HANDLER", function.handler());
    environment.put("TZ", "UTC");
    return environment;
  }

  /** Kills the process: between invocations it has nothing to lose, as in Lambda. */
  @Override
  public void close() {
    process.kill();
    process.close();
    api.close();
  }
}
