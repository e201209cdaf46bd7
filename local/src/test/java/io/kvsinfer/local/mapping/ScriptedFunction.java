package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.local.lambda.FunctionException;
import io.kvsinfer.local.lambda.LambdaFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A function in this process that keeps what it was invoked with. */
final class ScriptedFunction implements LambdaFunction {
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final Script script;

  /** Answers an event. */
  interface Script {
    String answer(JsonNode event) throws FunctionException;
  }

  ScriptedFunction(Script script) {
    this.script = script;
  }

  static ScriptedFunction willing() {
    return new ScriptedFunction(event -> "{\"batchItemFailures\": []}");
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public byte[] invoke(byte[] payload) throws FunctionException {
    try {
      JsonNode event = JSON.readTree(payload);
      events.add(event);
      return script.answer(event).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every record of every invocation, in order. */
  List<JsonNode> records() {
    return events.stream().flatMap(event -> event.path("Records").valueStream()).toList();
  }
}
