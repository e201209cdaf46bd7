package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FragmentStoreTest {
  private final FragmentStore store = new FragmentStore(250, null);

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
  void on_disk_the_same_is_read_and_what_is_dropped_leaves_no_file(@TempDir Path folder)
      throws Exception {
    FragmentStore onDisk = new FragmentStore(250, folder);
    var samples =
        List.of(
            new Sample(new byte[] {1, 2, 3}, -40_000, 0, true),
            new Sample(new byte[97], 0, 40_000, false));
    onDisk.append(
        new Fragment("1", Made.NOON, Made.NOON, Made.TRACK, samples, 80_000), Duration.ofHours(1));
    Fragment first = onDisk.find("1").orElseThrow();
    assertThat(first.bytes()).isEqualTo(100);
    assertThat(first.samples()).usingRecursiveFieldByFieldElementComparator().isEqualTo(samples);
    onDisk.append(fragment("2", 1, 100), Duration.ofHours(1));
    onDisk.append(fragment("3", 2, 100), Duration.ofHours(1));

    assertThat(files(folder)).containsExactlyInAnyOrder("2", "3");
    assertThatThrownBy(first::samples)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("fragment 1 is not kept");
    onDisk.clear();
    assertThat(files(folder)).isEmpty();
    assertThat(onDisk.bytes()).isZero();
  }

  @Test
  void a_server_that_keeps_media_on_disk_serves_the_same_and_leaves_nothing(@TempDir Path folder)
      throws Exception {
    var options =
        KvsServer.Options.defaults()
            .withEnforceLimits(false)
            .withMediaConnectionLife(Duration.ofMillis(300))
            .withFolder(folder);
    try (KvsServer server = KvsServer.start(0, options);
        var media = Clients.media(server.endpoint());
        var archive = Clients.archive(server.endpoint())) {
      VideoStream stream = server.createStream("..", 24);
      String first = Made.put(stream, 0, 2).number();
      Made.put(stream, 2, 2);
      try (InputStream in =
          media.getMedia(
              r -> r.streamName("..").startSelector(s -> s.startSelectorType("EARLIEST")))) {
        assertThat(Seen.read(in)).extracting(s -> s.frames().size()).containsExactly(2, 2);
      }
      // A file that goes between finding and reading is a fragment that is not kept.
      Files.delete(folder.resolve("stream-1").resolve(first));
      try (InputStream in =
          archive.getMediaForFragmentList(r -> r.streamName("..").fragments(first))) {
        assertThat(Seen.read(in).getFirst().before())
            .containsKey(MkvAnswer.TAG + "EXCEPTION_MESSAGE");
      }
      try (InputStream in =
          media.getMedia(
              r -> r.streamName("..").startSelector(s -> s.startSelectorType("EARLIEST")))) {
        assertThat(Seen.read(in)).hasSize(1);
      }
    }
    assertThat(files(folder)).isEmpty();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
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

    assertThat(waiting.get()).map(FragmentStoreTest::number).hasValue("2");
    assertThat(store.awaitAfter("2", Duration.ZERO)).isEmpty();
  }

  private static String number(FragmentStore.Next next) {
    return switch (next) {
      case FragmentStore.Next.Kept(var fragment) -> fragment.number();
      case FragmentStore.Next.Coming(var fragment) -> "coming " + fragment.number();
    };
  }

  private static ComingFragment coming(String number) {
    return new ComingFragment(number, Made.NOON, Made.NOON, Made.TRACK);
  }

  @Test
  void a_fragment_that_comes_in_is_next_until_it_is_whole_or_broke_off() throws Exception {
    store.append(fragment("1", 0, 10), Duration.ofHours(1));
    ComingFragment two = coming("2");
    assertThat(store.show(two)).isTrue();
    assertThat(store.show(coming("3"))).as("one at a time").isFalse();
    assertThat(store.awaitAfter("1", Duration.ZERO))
        .map(FragmentStoreTest::number)
        .hasValue("coming 2");
    assertThat(store.awaitAfter("0", Duration.ZERO)).map(FragmentStoreTest::number).hasValue("1");
    assertThat(store.newest()).map(Fragment::number).hasValue("1");

    store.append(fragment("2", 1, 10), Duration.ofHours(1), two);
    assertThat(two.isWhole()).isTrue();
    assertThat(store.awaitAfter("1", Duration.ZERO)).map(FragmentStoreTest::number).hasValue("2");

    ComingFragment three = coming("3");
    assertThat(store.show(three)).isTrue();
    store.hide(three);
    assertThat(three.isWhole()).isFalse();
    assertThat(store.awaitAfter("2", Duration.ZERO)).isEmpty();
  }

  @Test
  void who_waits_for_a_frame_of_it_gets_it_and_then_its_end() throws Exception {
    ComingFragment fragment = coming("2");
    Sample sample = new Sample(new byte[3], 0, 0, true);
    var waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return List.of(
                fragment.awaitSample(0, Duration.ofSeconds(20)),
                fragment.awaitSample(1, Duration.ofSeconds(20)));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    fragment.add(sample);
    fragment.end(true);

    assertThat(waiting.get()).containsExactly(Optional.of(sample), Optional.empty());
    assertThat(fragment.isWhole()).isTrue();
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
    assertThatThrownBy(() -> new FragmentStore(0, null)).hasMessageContaining("must be > 0");
  }
}
