package io.kvsinfer.local.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.kvsinfer.embedded.LoopbackHttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SNS's API (Query protocol): CreateTopic and Publish. Every message is a line of JSON in a file:
 * {@code message_id}, {@code topic_arn}, {@code subject}, {@code message}, {@code attributes},
 * {@code published_at}; of a message that differs by protocol the default, and under {@code email}
 * that of e-mail. Thread-safe.
 */
public final class SnsEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnsEndpoint.class);
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,256}");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_MESSAGE = 262_144;

  private final Path file;
  private final String region;
  private final InstantSource clock;
  private final Set<String> topics = ConcurrentHashMap.newKeySet();
  private final LoopbackHttpServer server;
  private long messages;

  private SnsEndpoint(Path file, String region, InstantSource clock) {
    this.file = file;
    this.region = region;
    this.clock = clock;
    this.server = LoopbackHttpServer.start("sns", this::handle);
  }

  /**
   * Starts one.
   *
   * @param file that messages are appended to; its folder must exist
   */
  public static SnsEndpoint start(Path file, String region, InstantSource clock) {
    return new SnsEndpoint(file, region, clock);
  }

  /** Where clients find it: value of {@code AWS_ENDPOINT_URL_SNS}. */
  public URI endpoint() {
    return server.endpoint();
  }

  /**
   * Makes a topic, if it is not there.
   *
   * @return its ARN
   * @throws IllegalArgumentException when SNS would refuse the name
   */
  public String createTopic(String name) {
    if (!TOPIC.matcher(name).matches()) {
      throw new IllegalArgumentException("Invalid parameter: Topic Name must match " + TOPIC);
    }
    String arn = "arn:aws:sns:" + region + ":000000000000:" + name;
    topics.add(arn);
    return arn;
  }

  /** Messages taken so far. */
  public synchronized long messages() {
    return messages;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        Form.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String action = form.getOrDefault("Action", "");
    try {
      switch (action) {
        case "CreateTopic" -> {
          String arn = createTopic(form.getOrDefault("Name", ""));
          answer(exchange, 200, Xml.result(action, "TopicArn", arn));
        }
        case "Publish" -> answer(exchange, 200, Xml.result(action, "MessageId", publish(form)));
        default ->
            answer(exchange, 400, Xml.error("InvalidAction", "no action " + action + " here"));
      }
    } catch (UnknownTopicException e) {
      answer(exchange, 404, Xml.error("NotFound", "Topic does not exist"));
    } catch (IllegalArgumentException e) {
      answer(exchange, 400, Xml.error("InvalidParameter", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      LOG.error("a message cannot be written to {}", file, e);
      answer(exchange, 500, Xml.error("InternalError", "the message cannot be written"));
    }
  }

  private String publish(Map<String, String> form) throws IOException, UnknownTopicException {
    String topic = form.getOrDefault("TopicArn", form.getOrDefault("TargetArn", ""));
    if (!topics.contains(topic)) {
      throw new UnknownTopicException();
    }
    String message = form.getOrDefault("Message", "");
    if (message.isEmpty()) {
      throw new IllegalArgumentException("Invalid parameter: Empty message");
    }
    if (message.getBytes(StandardCharsets.UTF_8).length > LONGEST_MESSAGE) {
      throw new IllegalArgumentException("Invalid parameter: Message too long");
    }
    JsonNode byProtocol = null;
    if ("json".equals(form.get("MessageStructure"))) {
      byProtocol = byProtocol(message);
      message = byProtocol.path("default").textValue();
    }
    String id = UUID.randomUUID().toString();
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("message_id", id);
    line.put("topic_arn", topic);
    if (form.containsKey("Subject")) {
      line.put("subject", form.get("Subject"));
    }
    line.put("message", message);
    if (byProtocol != null && byProtocol.path("email").isTextual()) {
      line.set("email", byProtocol.path("email"));
    }
    ObjectNode attributes = line.putObject("attributes");
    for (int i = 1; form.containsKey(attribute(i, "Name")); i++) {
      attributes.put(
          form.get(attribute(i, "Name")), form.getOrDefault(attribute(i, "Value.StringValue"), ""));
    }
    line.put("published_at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    append(line + "\n");
    return id;
  }

  /** A message that differs by protocol: an object of texts, of which there must be a default. */
  private static JsonNode byProtocol(String message) {
    JsonNode tree;
    try {
      tree = JSON.readTree(message);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid parameter: Message Structure - JSON message body failed to parse", e);
    }
    if (!tree.path("default").isTextual()) {
      throw new IllegalArgumentException(
          "Invalid parameter: Message Structure - No default entry in JSON message body");
    }
    return tree;
  }

  private synchronized void append(String line) throws IOException {
    Files.writeString(
        file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    messages++;
  }

  private static String attribute(int index, String part) {
    return "MessageAttributes.entry." + index + "." + part;
  }

  private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
    LoopbackHttpServer.answer(exchange, status, "text/xml", xml.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.close();
  }
}
