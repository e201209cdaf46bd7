package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.app.LookQueue.Item;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookQueueTest {
  private static final Item DONE = new Item.FragmentDone("1", Instant.EPOCH);

  private final LookQueue queue = new LookQueue(2);

  private static Item.Look look() {
    FrameTime time = new FrameTime(Instant.EPOCH, null, "1", 0, true, true);
    return new Item.Look(BgrPictures.of(new byte[3 * 16 * 16], 16, 16, time), false);
  }

  private void takeLook() throws InterruptedException {
    Item item = queue.take();
    assertThat(item).isInstanceOf(Item.Look.class);
    try (VideoFrame frame = ((Item.Look) item).frame()) {
      assertThat(frame.width()).isEqualTo(16);
    }
  }

  @AfterEach
  void nothing_native_is_left() {
    queue.close();
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void marks_keep_their_place_among_the_frames() throws Exception {
    queue.put(look());
    queue.put(DONE);
    queue.put(look());
    queue.finish();
    takeLook();
    assertThat(queue.take()).isEqualTo(DONE);
    takeLook();
    assertThat(queue.take()).isEqualTo(new Item.Finished());
  }

  @Test
  void a_frame_waits_for_room_and_a_mark_does_not() throws Exception {
    queue.put(look());
    queue.put(look());
    queue.put(DONE);
    Background<Boolean> third =
        Background.start(
                () -> {
                  queue.put(look());
                  return true;
                })
            .awaitBlocked();
    takeLook();
    assertThat(third.get()).isTrue();
  }

  @Test
  void closing_gives_up_the_frames_that_wait_and_the_one_that_waits_for_room() throws Exception {
    queue.put(look());
    queue.put(look());
    Background<Boolean> third =
        Background.start(
                () -> {
                  queue.put(look());
                  return true;
                })
            .awaitBlocked();
    queue.close();
    assertThat(third.get()).isTrue();
    assertThat(queue.take()).isEqualTo(new Item.Finished());
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void a_frame_put_after_the_end_is_closed() throws Exception {
    queue.close();
    queue.put(look());
    queue.put(DONE);
    assertThat(queue.take()).isEqualTo(new Item.Finished());
  }

  @Test
  void closing_ends_a_take_that_waits() throws Exception {
    Background<Item> taken = Background.start(queue::take).awaitBlocked();
    queue.close();
    assertThat(taken.get()).isEqualTo(new Item.Finished());
  }
}
