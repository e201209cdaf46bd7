package io.kvsinfer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --param}: what {@code params} of a detector would say in the settings. */
final class DetectorParams {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description =
          "As params of a detector has it, lists and numbers as JSON: --param"
              + " mean=[0.485,0.456,0.406]")
  private final Map<String, String> given = new LinkedHashMap<>();

  /** Keys and values; what is no JSON is text. */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    given.forEach((key, text) -> values.put(key, value(key, text)));
    return values;
  }

  private Object value(String key, String text) {
    try {
      Object value = JSON.readValue(text, Object.class);
      if (value != null) {
        return value;
      }
    } catch (JsonProcessingException e) {
      if (!text.isEmpty() && "[{".indexOf(text.charAt(0)) < 0) {
        return text;
      }
    }
    throw new ParameterException(
        spec.commandLine(), "--param %s: %s is no JSON".formatted(key, text));
  }
}
