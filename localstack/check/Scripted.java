import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A function that does as its input says, so that what runs it can be looked at. */
public final class Scripted implements RequestStreamHandler {
  private static final Pattern DATA = Pattern.compile("\"data\": ?\"([^\"]*)\"");
  private static final Pattern SEQUENCE = Pattern.compile("\"sequenceNumber\": ?\"([^\"]*)\"");

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String event = new String(input.readAllBytes(), StandardCharsets.UTF_8);
    output.write(answer(event, context).getBytes(StandardCharsets.UTF_8));
  }

  private static String answer(String event, Context context) throws IOException {
    if (event.contains("\"Records\"")) {
      return records(event);
    }
    if (event.contains("sleep")) {
      sleep();
    }
    if (event.contains("throw")) {
      throw new IllegalStateException("as asked");
    }
    if (event.contains("exit")) {
      Runtime.getRuntime().halt(7);
    }
    return "{\"process\": %d, \"left\": %d, \"secret\": %b}"
        .formatted(
            ProcessHandle.current().pid(),
            context.getRemainingTimeInMillis(),
            System.getenv("KVS_INFER_RIC") != null);
  }

  /** Takes what it is given, throws at "poison", gives "again" back the first time. */
  private static String records(String event) throws IOException {
    List<String> data = new ArrayList<>();
    Matcher encoded = DATA.matcher(event);
    while (encoded.find()) {
      data.add(new String(Base64.getDecoder().decode(encoded.group(1)), StandardCharsets.UTF_8));
    }
    List<String> sequences = new ArrayList<>();
    Matcher sequence = SEQUENCE.matcher(event);
    while (sequence.find()) {
      sequences.add(sequence.group(1));
    }
    Path out = Path.of(System.getenv("OUT"));
    if (data.contains("poison")) {
      append(out, "thrown " + data.size());
      throw new IllegalStateException("poison");
    }
    for (int i = 0; i < data.size(); i++) {
      if (data.get(i).equals("again") && !Files.exists(out.resolveSibling("again"))) {
        Files.createFile(out.resolveSibling("again"));
        append(out, "given back");
        return "{\"batchItemFailures\": [{\"itemIdentifier\": \"" + sequences.get(i) + "\"}]}";
      }
      append(out, data.get(i));
    }
    return "{\"batchItemFailures\": []}";
  }

  private static void append(Path out, String line) throws IOException {
    Files.writeString(
        out, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void sleep() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
