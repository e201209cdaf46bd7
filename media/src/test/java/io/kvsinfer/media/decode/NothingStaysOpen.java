package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test opens is closed at its end; what an earlier test left is that test's failure. */
final class NothingStaysOpen implements BeforeEachCallback, AfterEachCallback {
  private long before;

  @Override
  public void beforeEach(ExtensionContext context) {
    before = NativeObjects.open();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(NativeObjects.open()).as("native objects left open").isEqualTo(before);
  }
}
