package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Fault;
import io.kvsinfer.local.fault.FaultList;
import io.kvsinfer.local.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Faults by HTTP while the server runs: POST adds those in the body, one on each line; GET tells
 * how they stand; DELETE forgets them. No signature is needed.
 */
final class FaultDesk {
  static final String PATH = "/faults";

  private static final int LARGEST = 1 << 16;

  private final Faults faults;

  FaultDesk(Faults faults) {
    this.faults = faults;
  }

  Reply answer(HttpRequest request) throws IOException {
    switch (request.method()) {
      case "POST" -> add(request);
      case "DELETE" -> faults.clear();
      case "GET", "HEAD" -> {}
      default ->
          throw new ApiException(
              405, "MethodNotAllowed", "POST adds faults, GET lists them, DELETE forgets them.");
    }
    List<Map<String, Object>> standing = faults.standing().stream().map(FaultDesk::row).toList();
    return Reply.json(Map.of("faults", standing));
  }

  private void add(HttpRequest request) throws IOException {
    String text = new String(request.body().readNBytes(LARGEST), StandardCharsets.UTF_8);
    try {
      // All or none: a wrong line must not leave half of a scenario.
      List<Fault> read = text.lines().filter(line -> !line.isBlank()).map(Fault::parse).toList();
      if (read.isEmpty()) {
        throw ApiException.invalid("The body holds no fault; it has one on each line, as: reset");
      }
      read.forEach(faults::add);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> row(FaultList.Standing standing) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("fault", standing.fault().spec());
    row.put("left", standing.left() == Fault.ALWAYS ? "always" : standing.left());
    row.put("happened", standing.happened());
    return row;
  }
}
