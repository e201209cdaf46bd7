package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class LocalMainTest {
  @TempDir private Path folder;

  @Test
  void an_unknown_option_is_wrong_use_and_where_help_is() {
    StringWriter err = new StringWriter();
    CommandLine line = LocalMain.commandLine().setErr(new PrintWriter(err, true));

    assertThat(line.execute("local", "--bo\ngus")).isEqualTo(2);

    assertThat(err.toString().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("kvs-infer: ").contains("--bo?gus"),
            second -> assertThat(second).contains("kvs-infer local --help"));
  }

  @Test
  void a_folder_that_cannot_be_made_is_named_with_its_reason() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    for (Path wrong : new Path[] {file, file.resolve("below")}) {
      assertThatThrownBy(() -> LocalFolder.take(wrong))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot use the folder " + wrong)
          .hasMessageContaining("--dir");
    }
  }
}
