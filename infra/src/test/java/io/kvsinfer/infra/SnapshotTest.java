package io.kvsinfer.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Templates as they were when somebody last looked at them. A change that was meant is taken over
 * by {@code -Dsnapshots=write}, and seen in the review.
 */
class SnapshotTest {
  private static final JsonMapper SORTED =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  @ParameterizedTest
  @CsvSource({
    "dev, State", "dev, Compute", "dev, Watch",
    "prod, State", "prod, Compute", "prod, Watch",
    "site, State", "site, Compute", "site, Watch"
  })
  void a_template_is_what_it_was(String environment, String stack) throws IOException {
    Path file =
        Synthesis.repository()
            .resolve("infra/src/test/snapshots")
            .resolve(environment + "-" + stack + ".json");
    Object tree = SORTED.treeToValue(Synthesis.of(environment).template(stack), Object.class);
    // Hashes of assets change with the CDK's own code, versions of functions with them.
    String now =
        (SORTED.writeValueAsString(tree) + "\n")
            .replaceAll("[0-9a-f]{64}", "HASH")
            .replaceAll("(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}", "$1VERSION");
    if ("write".equals(System.getProperty("snapshots"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, now);
    }

    assertThat(now)
        .as("%s; look at the difference, then -Dsnapshots=write", file.getFileName())
        .isEqualTo(Files.readString(file));
  }
}
