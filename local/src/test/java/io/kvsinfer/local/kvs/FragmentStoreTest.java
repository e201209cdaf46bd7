package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.Sample;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FragmentStoreTest {
  private final FragmentStore store = new FragmentStore(250);

  private static Fragment fragment(String number, int secondsPastNoon, int bytes) {
    var time = Made.NOON.plusSeconds(secondsPastNoon);
    var samples = List.of(new Sample(new byte[bytes], 0, 0, true));
    return new Fragment(number, time, time, Made.TRACK, samples, 1_000_000);
  }

  @Test
  void numbers_rise_and_have_47_digits_as_the_real_ones() {
    FragmentNumbers numbers = new FragmentNumbers();
    String first = numbers.next(Made.NOON);
    String sameInstant = numbers.next(Made.NOON);
    String afterRestart = new FragmentNumbers().next(Made.NOON.plusMillis(1));

    assertThat(first).matches("\\d{47}");
    assertThat(List.of(first, sameInstant, afterRestart))
        .isSortedAccordingTo(FragmentNumbers.ORDER);
    assertThat(first).isNotEqualTo(sameInstant);
  }

  @Test
  void numbers_are_ordered_by_value_not_by_text() {
    assertThat(FragmentNumbers.ORDER.compare("99", "100")).isNegative();
    assertThat(FragmentNumbers.isNumber("99x")).isFalse();
  }

  @Test
  void the_oldest_go_first_when_the_bytes_exceed_the_bound() {
    store.append(fragment("1", 0, 100), Duration.ofHours(1));
    store.append(fragment("2", 1, 100), Duration.ofHours(1));
    store.append(fragment("3", 2, 100), Duration.ofHours(1));

    assertThat(store.all()).extracting(Fragment::number).containsExactly("2", "3");
    assertThat(store.bytes()).isEqualTo(200);
    assertThat(store.find("1")).isEmpty();
  }

  @Test
  void what_is_older_than_the_retention_goes() {
    store.append(fragment("1", 0, 10), Duration.ofHours(1));
    store.append(fragment("2", 3601, 10), Duration.ofHours(1));

    assertThat(store.all()).extracting(Fragment::number).containsExactly("2");
  }

  @Test
  void the_newest_stays_even_when_it_is_larger_than_the_bound() {
    store.append(fragment("1", 0, 10), Duration.ofHours(1));
    store.append(fragment("2", 1, 1000), Duration.ofHours(1));

    assertThat(store.newest()).map(Fragment::number).hasValue("2");
    assertThat(store.after("1")).hasSize(1);
    assertThat(store.after("2")).isEmpty();
  }

  @Test
  void who_waits_for_the_next_fragment_gets_it() throws Exception {
    store.append(fragment("1", 0, 10), Duration.ofHours(1));
    var waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return store.awaitAfter("1", Duration.ofSeconds(20));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    store.append(fragment("2", 1, 10), Duration.ofHours(1));

    assertThat(waiting.get()).map(Fragment::number).hasValue("2");
    assertThat(store.awaitAfter("2", Duration.ZERO)).isEmpty();
  }

  @Test
  void a_fragment_must_start_with_a_keyframe_and_last() {
    var noKey = List.of(new Sample(new byte[1], 0, 0, false));
    var key = List.of(new Sample(new byte[1], 0, 0, true));
    assertThatThrownBy(() -> new Fragment("7", Made.NOON, Made.NOON, Made.TRACK, noKey, 1))
        .hasMessage("fragment 7 does not start with a keyframe");
    assertThatThrownBy(() -> new Fragment("7", Made.NOON, Made.NOON, Made.TRACK, List.of(), 1))
        .hasMessage("fragment 7 has no frame");
    assertThatThrownBy(() -> new Fragment("7", Made.NOON, Made.NOON, Made.TRACK, key, 0))
        .hasMessageContaining("must last longer than 0");
    assertThatThrownBy(() -> new FragmentStore(0)).hasMessageContaining("must be > 0");
  }
}
