package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each test every native object is closed. */
final class NothingStaysOpen implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(NativeObjects.open()).as("native objects left open").isZero();
  }
}
