package io.kvsinfer.contract.settings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON that is the same text for the same values: keys sorted, no white space. */
final class CanonicalJson {
  private static final JsonFactory JSON = new JsonFactory();

  private CanonicalJson() {}

  static String of(Map<String, Object> map) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(map, json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void write(Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case String s -> json.writeString(s);
      case Boolean b -> json.writeBoolean(b);
      case Long n -> json.writeNumber(n);
      case Double d -> json.writeNumber(d);
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          write(element, json);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, entry) -> sorted.put((String) key, entry));
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
          json.writeFieldName(entry.getKey());
          write(entry.getValue(), json);
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("not a value of settings: " + value.getClass());
    }
  }
}
