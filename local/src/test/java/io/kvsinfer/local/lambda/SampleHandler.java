package io.kvsinfer.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function that does what its payload says. */
public final class SampleHandler
    implements RequestHandler<Map<String, String>, Map<String, String>> {
  private int calls;

  @Override
  public Map<String, String> handleRequest(Map<String, String> input, Context context) {
    calls++;
    return switch (input.getOrDefault("do", "echo")) {
      case "fail" -> throw new IllegalStateException("as asked");
      case "exit" -> {
        Runtime.getRuntime().halt(9);
        yield Map.of();
      }
      case "hang" -> {
        await();
        yield Map.of();
      }
      default ->
          Map.of(
              "said",
              input.getOrDefault("say", ""),
              "calls",
              Integer.toString(calls),
              "function",
              context.getFunctionName(),
              "secret",
              String.valueOf(variable("AWS_SESSION_TOKEN")),
              "colour",
              String.valueOf(variable("COLOUR")));
    };
  }

  private static @Nullable String variable(String name) {
    return System.getenv(name);
  }

  private static synchronized void await() {
    try {
      while (true) {
        SampleHandler.class.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
