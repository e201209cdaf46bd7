package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class KvsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new KvsCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void serve_says_where_it_is_and_serves_until_it_is_interrupted() throws Exception {
    String house = TestMedia.require("video/house6.mp4").toString();
    AtomicInteger code = new AtomicInteger(-1);
    Thread thread =
        Thread.ofPlatform()
            .start(() ->
                code.set(
                    run("serve", "--stream", "a=" + house, "--stream", "b=" + house + ",loop")));
    Pattern where = Pattern.compile("AWS_ENDPOINT_URL_KINESIS_VIDEO_MEDIA=(\\S+)");
    Eventually.until(
        "it says where it is", Duration.ofSeconds(20), () -> out.toString().contains("Ctrl-C"));
    Matcher found = where.matcher(out.toString());
    assertThat(found.find()).isTrue();
    try (var client = Clients.control(URI.create(String.valueOf(found.group(1))))) {
      assertThat(client.listStreams().streamInfoList())
          .extracting(s -> s.streamName() + " " + s.dataRetentionInHours())
          .containsExactly("a 24", "b 24");
    }
    thread.interrupt();
    thread.join(Duration.ofSeconds(10));

    assertThat(code).hasValue(0);
    assertThat(out.toString()).contains("stream b plays").contains("again and again");
  }

  @Test
  void a_wrong_stream_is_wrong_use_and_says_what_is_right() {
    for (String wrong : new String[] {"house", "a=", "=b", "a b=c", "a=/no/such/file.mp4"}) {
      assertThat(run("serve", "--stream", wrong)).isEqualTo(2);
    }
    assertThat(err.toString())
        .contains("--stream house: must be NAME=FILE or NAME=FILE,loop.")
        .contains("a stream's name must match")
        .contains("there is no file /no/such/file.mp4 to read.");
  }
}
