package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OutputFileTest {
  /** A device of Linux that is always full. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void a_full_disk_is_named_with_the_file_that_had_no_room() {
    assertThatThrownBy(() -> OutputFile.write(Path.of("/dev/full"), new byte[10]))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot write /dev/full: No space left on device");
  }

  @Test
  void a_folder_that_is_missing_keeps_its_own_error() {
    assertThatThrownBy(() -> OutputFile.write(Path.of("no/such/folder/a.jpg"), new byte[10]))
        .isInstanceOf(NoSuchFileException.class);
  }
}
