package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.worker.detect.DetectorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CharsetTest {
  @TempDir private Path folder;

  @Test
  void a_dictionary_has_a_character_a_line() throws IOException {
    Path file = Files.writeString(folder.resolve("dict.txt"), "0\r\n1\r\n京\r\n \r\n");
    assertThat(Charset.file(file).characters()).containsExactly("0", "1", "京", " ");
  }

  @Test
  void one_line_holds_them_all_and_a_list_may_be_json() {
    assertThat(Charset.parse("\ufeffAB京_\n", "x").characters()).containsExactly("A", "B", "京", "_");
    assertThat(Charset.parse("[\"A\", \"B\"]", "x").characters()).containsExactly("A", "B");
    assertThat(Charset.parse("[", "x").characters()).containsExactly("[");
  }

  @Test
  void an_entry_may_be_named_as_blank() {
    assertThat(Charset.parse("AB_", "x").namedBlank()).contains(2);
    assertThat(new Charset(List.of("<blank>", "A"), "x").namedBlank()).contains(0);
    assertThat(Charset.parse("AB", "x").namedBlank()).isEmpty();
    assertThat(new Charset(List.of("_", "blank"), "x").namedBlank()).isEmpty();
  }

  @Test
  void what_is_no_dictionary_is_refused() throws IOException {
    Path binary = Files.write(folder.resolve("b.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    refused(binary, "is not UTF-8");
    refused(Files.createFile(folder.resolve("empty.txt")), "holds 0 characters");
    refused(folder.resolve("absent.txt"), "cannot be read");
    refused(Files.writeString(folder.resolve("j.txt"), "[\"A\", "), "no list of characters");
    String long5 = String.join("", Collections.nCopies(5 << 20, "A"));
    refused(Files.writeString(folder.resolve("long.txt"), long5), "too long");
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> Charset.file(file))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining(why);
  }
}
